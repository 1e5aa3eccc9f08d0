"""Sessions of which a part does not come: after a time somebody decides."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.core import clock, db, events
from app.core.ids import new_id
from app.core.sweeps import together
from app.mediation.events import AnomaliesChanged
from app.mediation.mapping import Parsed
from app.mediation.merging import merged, missing
from app.mediation.models import Decision, PartedSession, SessionStatus
from app.mediation.service import anomalies, parts
from app.subscriptions.models import Line

PATIENCE = timedelta(hours=6)
_AT_ONCE = 500


def flag_missing_parts() -> int:
    """Put sessions aside that have waited for their next part too long."""
    query = select(PartedSession.id).where(*_waits_too_long())
    found = db.session.scalars(query.order_by(PartedSession.last_part_at).limit(_AT_ONCE)).all()
    return together(_flag, found)


def _waits_too_long() -> tuple[ColumnElement[bool], ...]:
    return (
        PartedSession.status == SessionStatus.OPEN,
        PartedSession.last_part_at < clock.now() - PATIENCE,
    )


def _flag(session_ids: Sequence[UUID]) -> int:
    """Those that nobody else flags at this moment, and of which no part has come meanwhile."""
    query = select(PartedSession).where(PartedSession.id.in_(session_ids), *_waits_too_long())
    with db.transaction():
        found = db.session.scalars(query.with_for_update(skip_locked=True)).all()
        for session in found:
            session.status = SessionStatus.FLAGGED
            _put_aside(session)
    return len(found)


def _put_aside(session: PartedSession) -> None:
    pieces = parts.pieces_of(session.id)
    whole, line = merged(pieces), db.session.get_one(Line, session.line_id)
    gaps = missing(pieces)
    parsed = Parsed(
        number=line.number,
        kind=whole.kind,
        started_at=whole.started_at,
        quantity=whole.quantity,
        other_party=whole.other_party,
        session_id=session.session_id,
        part="partial",
    )
    there = ", ".join(str(each.sequence) for each in sorted(pieces, key=lambda p: p.sequence))
    lacking = ", ".join(map(str, gaps)) if gaps else "…"
    moment = clock.now()
    anomalies.write(
        [
            {
                "id": new_id(),
                "digest": parts.missing_digest(session.source, session.session_id),
                "reason": "missing_part",
                "field": None,
                "source": session.source,
                "market_code": line.market_code,
                "file_id": None,
                "row": None,
                "raw": f"{session.session_id}: {there}; – {lacking}",
                "record": parsed.plain(),
                "line_id": line.id,
                "customer_id": line.customer_id,
                "copies": 1,
                "first_seen_at": moment,
                "last_seen_at": moment,
                "decision": Decision.OPEN,
            }
        ]
    )
    events.announce(AnomaliesChanged(line.market_code))
