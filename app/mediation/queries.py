"""Reading files, layouts and what needs a look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.core import clock, dates, db
from app.core.actor import Actor
from app.core.pages import Page, newest_first
from app.core.reach import in_markets_of
from app.customers.models import Customer
from app.mediation.models import Anomaly, Decision, FileStatus, Layout, ReceivedFile, Suspect

_PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen above the list. Unknown values count as not chosen; a day is one of UTC."""

    decision: str = "open"
    reason: str = ""
    source: str = ""
    day: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        decision = args.get("decision", "open")
        return cls(
            decision=decision if decision in {*Decision, ""} else "open",
            reason=_plain(args.get("reason", "")),
            source=_plain(args.get("source", "")),
            day=args.get("day", "") if _day(args.get("day", "")) else "",
        )

    @property
    def asked(self) -> dict[str, str]:
        """As query parameters for the next page."""
        return {
            "decision": self.decision,
            "reason": self.reason,
            "source": self.source,
            "day": self.day,
        }


def suffix_beside(source: str) -> str | None:
    """How the names of this source's files of control totals end; None where it has none."""
    query = select(Layout.definition["beside"]["suffix"].as_string()).where(Layout.source == source)
    return db.session.scalar(query)


def anomalies(
    actor: Actor, filters: Filters, *, after: str | None, size: int = _PAGE
) -> Page[Anomaly]:
    """Newest first, of this actor's markets. Raises Invalid when `after` is no id."""
    query = (
        select(Anomaly)
        .where(in_markets_of(actor, Anomaly.market_code))
        .options(joinedload(Anomaly.customer))
    )
    if filters.decision:
        query = query.where(Anomaly.decision == Decision(filters.decision))
    if filters.reason:
        query = query.where(Anomaly.reason == filters.reason)
    if filters.source:
        query = query.where(Anomaly.source == filters.source)
    if day := _day(filters.day):
        start = datetime.combine(day, time(), ZoneInfo("UTC"))
        query = query.where(
            Anomaly.last_seen_at >= start, Anomaly.last_seen_at < start + timedelta(days=1)
        )
    return newest_first(query, Anomaly.id, after=after, size=size)


def counts(actor: Actor) -> dict[str, int]:
    """How many are open, by reason, most first."""
    number = func.count()
    query = select(Anomaly.reason, number).where(
        Anomaly.decision == Decision.OPEN, in_markets_of(actor, Anomaly.market_code)
    )
    query = query.group_by(Anomaly.reason).order_by(number.desc(), Anomaly.reason)
    return {row[0]: row[1] for row in db.session.execute(query)}


def suspects(actor: Actor) -> Sequence[Suspect]:
    """Customers whose records are odd again and again; those nobody looked at yet come first."""
    query = (
        select(Suspect)
        .join(Suspect.customer)
        .where(in_markets_of(actor, Customer.market_code))
        .options(joinedload(Suspect.customer))
    )
    query = query.order_by(Suspect.flagged_at.is_not(None), Suspect.since.desc()).limit(_PAGE)
    return db.session.scalars(query).all()


def suspect(customer_id: UUID | None) -> Suspect | None:
    return db.session.get(Suspect, customer_id) if customer_id else None


def odd_records_of(customer_id: UUID, days: int = 30) -> int:
    """How many were put aside lately, copies counted."""
    query = select(func.coalesce(func.sum(Anomaly.copies), 0)).where(
        Anomaly.customer_id == customer_id,
        Anomaly.last_seen_at > clock.now() - timedelta(days=days),
    )
    return int(db.session.scalar(query) or 0)


def sources(actor: Actor) -> list[Layout]:
    query = select(Layout).where(in_markets_of(actor, Layout.market_code)).order_by(Layout.source)
    return list(db.session.scalars(query))


def files(
    actor: Actor, *, source: str = "", status: str = "", after: str | None, size: int = _PAGE
) -> Page[ReceivedFile]:
    """Newest first. Raises Invalid when `after` is no id."""
    query = select(ReceivedFile).where(in_markets_of(actor, ReceivedFile.market_code))
    if source:
        query = query.where(ReceivedFile.source == source)
    if status in set(FileStatus):
        query = query.where(ReceivedFile.status == FileStatus(status))
    return newest_first(query, ReceivedFile.id, after=after, size=size)


def odd_of_file(file_id: UUID, limit: int) -> Sequence[Anomaly]:
    """Records of a file that were put aside, in their order."""
    query = select(Anomaly).where(Anomaly.file_id == file_id).order_by(Anomaly.row, Anomaly.id)
    return db.session.scalars(query.limit(limit)).all()


def _plain(text: str) -> str:
    return text if text.isprintable() and len(text) <= 60 else ""


def _day(text: str) -> date | None:
    """None for what is no day."""
    try:
        return dates.day(text)
    except ValueError:
        return None
