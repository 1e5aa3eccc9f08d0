"""The operator's own sign-on: somebody leaves for it and comes back, once, in the same browser.

It stands in for the password and never for the second factor. Who somebody is is (issuer, subject);
an address that the provider tells links nobody. Linking takes somebody who is signed in here, or
invited.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import NotFound, Unavailable
from app.core.ids import new_id
from app.core.secrets import new_token, token_hash
from app.core.turns import take_turn
from app.identity import switch
from app.identity.errors import LinkedToAnother, NotLinked, SignOnRefused
from app.identity.events import FactorChanged
from app.identity.models import EntryLink, ProviderIdentity, SignOnAttempt, Staff
from app.identity.port import Known, SignOn, SignOnDown, SignOnUntrusted

VALID_FOR = timedelta(minutes=10)
LARGEST_ANSWER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Returned:
    """`linked` when she came back to be linked, `link_id` when by an invitation."""

    staff: Staff
    next_path: str
    linked: bool
    link_id: UUID | None


def begin(
    *,
    bound_to: str,
    next_path: str = "",
    staff_id: UUID | None = None,
    link_id: UUID | None = None,
) -> str:
    """Where to send the browser. `staff_id` wants to be linked. Raises NotFound, Unavailable."""
    provider = _provider()
    state, nonce, verifier = new_token(), new_token(), new_token() + new_token()
    try:
        address = provider.begin(state=state, nonce=nonce, verifier=verifier)
    except SignOnDown as error:
        raise Unavailable from error
    with db.transaction():
        db.session.add(
            SignOnAttempt(
                state_hash=token_hash(state),
                bound_to=bound_to,
                nonce=nonce,
                verifier=verifier,
                staff_id=staff_id,
                link_id=link_id,
                next_path=next_path,
                expires_at=clock.now() + VALID_FOR,
            )
        )
    return address


def metadata() -> str:
    """What the provider must know of us. Raises NotFound where it asks for nothing."""
    told = _provider().metadata
    if not told:
        raise NotFound
    return told


def keep_answer(state: str, answer: str) -> None:
    """What the provider posted, from any browser, until the one that left comes back with `state`.

    Nothing of it is believed yet. The first one stays. Raises SignOnRefused, NotFound.
    """
    if not _provider().metadata:
        raise NotFound
    if not 0 < len(answer) <= LARGEST_ANSWER:
        raise SignOnRefused
    key = token_hash(state)
    statement = (
        update(SignOnAttempt)
        .where(
            SignOnAttempt.state_hash == key,
            SignOnAttempt.answer_sealed.is_(None),
            SignOnAttempt.used_at.is_(None),
            SignOnAttempt.expires_at > clock.now(),
        )
        .values(answer_sealed=SignOnAttempt.answer.cell(key, answer))
    )
    with db.transaction():
        kept = db.session.scalar(statement.returning(SignOnAttempt.state_hash))
    if kept is None:
        raise SignOnRefused


def finish(state: str, code: str, *, bound_to: str) -> Returned:
    """Who came back. Raises SignOnRefused, NotLinked, LinkedToAnother, Unavailable."""
    attempt, provider = _taken(state, bound_to), _provider()
    given = attempt.answer if provider.metadata else code
    try:
        known = provider.finish(code=given or "", nonce=attempt.nonce, verifier=attempt.verifier)
    except SignOnDown as error:
        raise Unavailable from error
    except SignOnUntrusted as error:
        raise SignOnRefused from error
    if attempt.staff_id is None:
        return Returned(_known_here(known), attempt.next_path, linked=False, link_id=None)
    staff = _link(attempt, known)
    return Returned(staff, attempt.next_path, linked=True, link_id=attempt.link_id)


def identities_of(staff_id: UUID) -> Sequence[ProviderIdentity]:
    query = select(ProviderIdentity).where(ProviderIdentity.staff_id == staff_id)
    return db.session.scalars(query.order_by(ProviderIdentity.linked_at)).all()


def unlink(identity_id: UUID, *, by: Actor) -> None:
    """Somebody's own. Raises NotFound."""
    with db.transaction():
        mine = (ProviderIdentity.id == identity_id, ProviderIdentity.staff_id == by.id)
        gone = db.session.scalar(
            delete(ProviderIdentity).where(*mine).returning(ProviderIdentity.issuer)
        )
        if gone is None:
            raise NotFound
        audit.record(by, "sign_on.unlinked", "staff", by.id, issuer=gone)
        events.announce(FactorChanged("staff", by.id, "sign_on.unlinked"))


def _provider() -> SignOn:
    provider = switch.sign_on()
    if provider is None:
        raise NotFound
    return provider


def _taken(state: str, bound_to: str) -> SignOnAttempt:
    """The attempt of this state, used up: it does not come back twice."""
    statement = (
        update(SignOnAttempt)
        .where(
            SignOnAttempt.state_hash == token_hash(state),
            SignOnAttempt.bound_to == bound_to,
            SignOnAttempt.used_at.is_(None),
            SignOnAttempt.expires_at > clock.now(),
        )
        .values(used_at=clock.now())
    )
    with db.transaction():
        found: SignOnAttempt | None = db.session.scalar(statement.returning(SignOnAttempt))
    if found is None:
        raise SignOnRefused
    return found


def _known_here(known: Known) -> Staff:
    query = (
        select(Staff)
        .join(ProviderIdentity, ProviderIdentity.staff_id == Staff.id)
        .where(ProviderIdentity.issuer == known.issuer, ProviderIdentity.subject == known.subject)
    )
    staff = db.session.scalar(query)
    if staff is None or staff.disabled_at is not None:
        raise NotLinked
    return staff


def _link(attempt: SignOnAttempt, known: Known) -> Staff:
    with db.transaction():
        take_turn(f"sign-on:{known.issuer}:{known.subject}")
        staff = db.session.get(Staff, attempt.staff_id, with_for_update=True)
        if staff is None or staff.disabled_at is not None or not _link_is_live(attempt):
            raise SignOnRefused
        query = select(ProviderIdentity).where(
            ProviderIdentity.issuer == known.issuer, ProviderIdentity.subject == known.subject
        )
        before = db.session.scalar(query)
        if before is not None and before.staff_id != staff.id:
            raise LinkedToAnother
        if before is None:
            db.session.add(
                ProviderIdentity(
                    id=new_id(),
                    staff_id=staff.id,
                    issuer=known.issuer,
                    subject=known.subject,
                    linked_at=clock.now(),
                )
            )
            audit.record(staff.as_actor(), "sign_on.linked", "staff", staff.id, issuer=known.issuer)
            events.announce(FactorChanged("staff", staff.id, "sign_on.linked"))
    return staff


def _link_is_live(attempt: SignOnAttempt) -> bool:
    """An invitation that was used or revoked meanwhile links nobody."""
    if attempt.link_id is None:
        return True
    link = db.session.get_one(EntryLink, attempt.link_id, populate_existing=True)
    return link.used_at is None and link.revoked_at is None
