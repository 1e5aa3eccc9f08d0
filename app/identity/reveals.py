"""A masked field shown to one person for some minutes: with a reason, one at a time, written down.

Who looks after her sees what she had shown to herself, and why.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid, TooMany
from app.core.i18n import lazy
from app.core.ids import new_id
from app.core.reach import in_markets_of
from app.core.turns import take_turn
from app.identity.masking import FIELDS
from app.identity.models import Reveal, Staff

SHOWN_FOR = timedelta(minutes=5)
SHORTEST_REASON, LONGEST_REASON = 10, 300
MOST_AN_HOUR = 20


class TooManyReveals(TooMany):
    code = "too_many_reveals"
    message = lazy("You have looked at many hidden fields within an hour. Please ask your lead.")


class NoReason(Invalid):
    code = "no_reason"
    message = lazy("Please say in a few words why you need to see this.")


def reveal(
    field: str, object_id: str, why: str, /, *, by: Actor, session_id: UUID, market_code: str
) -> Reveal:
    """Show one field of one thing, which the caller has found that `by` may see.

    Raises NoReason, TooManyReveals, Forbidden, Invalid.
    """
    by.must("fields.reveal")
    if field not in FIELDS or len(object_id) > 100:
        raise Invalid(field="field")
    reason = checked_reason(why)
    with db.transaction():
        take_turn(f"reveal:{by.id}")
        _refuse_bulk(by)
        moment = clock.now()
        shown = Reveal(
            id=new_id(),
            staff_id=by.id,
            session_id=session_id,
            market_code=market_code,
            field=field,
            object_id=object_id,
            why=reason,
            at=moment,
            expires_at=moment + SHOWN_FOR,
        )
        db.session.add(shown)
        kind = field.partition(".")[0]
        audit.record(
            by, "field.revealed", kind, object_id.partition(":")[0], field=field, why=reason
        )
    return shown


def checked_reason(why: str) -> str:
    """Raises NoReason."""
    reason = " ".join(why.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise NoReason(field="why")
    return reason


def shown_to(by: Actor, session_id: UUID) -> set[tuple[str, str]]:
    """What she sees whole just now in this session, as (field, object id); in one statement."""
    query = select(Reveal.field, Reveal.object_id).where(
        Reveal.staff_id == by.id,
        Reveal.session_id == session_id,
        Reveal.expires_at > clock.now(),
    )
    return {(field, object_id) for field, object_id in db.session.execute(query)}


def latest(by: Actor, *, size: int = 100) -> Sequence[tuple[Reveal, Staff]]:
    """What people looked at, newest first: of the markets of who asks, and never her own."""
    by.must("reveals.read")
    query = select(Reveal, Staff).join(Staff, Staff.id == Reveal.staff_id)
    query = query.where(Reveal.staff_id != by.id, in_markets_of(by, Reveal.market_code))
    found = db.session.execute(query.order_by(Reveal.at.desc()).limit(size))
    return [(row[0], row[1]) for row in found]


def _refuse_bulk(by: Actor) -> None:
    since = clock.now() - timedelta(hours=1)
    query = select(func.count()).where(Reveal.staff_id == by.id, Reveal.at > since)
    if (db.session.scalar(query) or 0) >= MOST_AN_HOUR:
        raise TooManyReveals
