"""Putting aside what is not rated: each oddity once, its copies counted, repeaters announced."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, db, events
from app.core.ids import new_id
from app.mediation.entries import Odd, Origin
from app.mediation.events import AnomaliesChanged, UsageAnomaliesRepeated
from app.mediation.models import Anomaly, Decision, Suspect

# So many odd records of one customer within so many days are no accident.
REPEATED = 5
WITHIN = timedelta(days=30)
_LONGEST_RAW = 4000


def put_aside(origin: Origin, odd: Sequence[Odd], file_id: UUID | None = None) -> None:
    """Inside the caller's transaction."""
    if not odd:
        return
    write([_values(origin, each, file_id) for each in odd])
    events.announce(AnomaliesChanged(origin.market_code))


def write(rows: Iterable[dict[str, Any]]) -> None:
    """Rows of the table; the same digest again is a copy."""
    by_digest: dict[str, dict[str, Any]] = {}
    for row in rows:
        if same := by_digest.get(row["digest"]):
            same["copies"] += row["copies"]
        else:
            by_digest[row["digest"]] = row
    ordered = [by_digest[digest] for digest in sorted(by_digest)]
    for start in range(0, len(ordered), 1000):
        new = insert(Anomaly).values(ordered[start : start + 1000])
        db.session.execute(
            new.on_conflict_do_update(
                index_elements=["digest"],
                set_={
                    "copies": Anomaly.copies + new.excluded.copies,
                    "last_seen_at": new.excluded.last_seen_at,
                },
            )
        )
    _suspect({row["customer_id"] for row in ordered if row["customer_id"]})


def _suspect(customer_ids: set[UUID]) -> None:
    """Say it once of each who has become a repeater."""
    if not customer_ids:
        return
    query = (
        select(Anomaly.customer_id, func.sum(Anomaly.copies))
        .where(
            Anomaly.customer_id.in_(customer_ids),
            Anomaly.last_seen_at > clock.now() - WITHIN,
            Anomaly.decision != Decision.ACCEPTED,
        )
        .group_by(Anomaly.customer_id)
        .having(func.sum(Anomaly.copies) >= REPEATED)
        .order_by(Anomaly.customer_id)
    )
    rows: Sequence[Any] = db.session.execute(query).all()
    for customer_id, count in rows:
        new = insert(Suspect).values(customer_id=customer_id, since=clock.now())
        made = new.on_conflict_do_nothing().returning(Suspect.customer_id)
        if db.session.scalar(made) is not None:
            events.announce(UsageAnomaliesRepeated(customer_id, int(count)))


def _values(origin: Origin, odd: Odd, file_id: UUID | None) -> dict[str, Any]:
    raw = storable(odd.row.text)
    moment = clock.now()
    name = "\x1f".join((origin.source, odd.reason, odd.row.text))
    return {
        "id": new_id(),
        "digest": hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest(),
        "reason": odd.reason,
        "field": odd.field,
        "source": origin.source,
        "market_code": odd.owner.market_code if odd.owner else origin.market_code,
        "file_id": file_id,
        "row": odd.row.number,
        "raw": raw,
        "record": odd.parsed.plain() if odd.parsed else dict(odd.record or {}),
        "line_id": odd.owner.line_id if odd.owner else None,
        "customer_id": odd.owner.customer_id if odd.owner else None,
        "copies": 1,
        "first_seen_at": moment,
        "last_seen_at": moment,
        "decision": Decision.OPEN,
    }


def storable(text: str) -> str:
    """PostgreSQL takes neither NUL nor halves of surrogate pairs; nobody reads a megabyte."""
    cleaned = text[:_LONGEST_RAW].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return cleaned.encode("utf-8", "replace").decode()
