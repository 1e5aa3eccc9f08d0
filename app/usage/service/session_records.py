"""What a prepaid session leaves when it ends: one usage record, as if it came in now."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from app.catalog.models import UsageKind
from app.core import clock, db, events
from app.markets.models import Market
from app.subscriptions.models import Line
from app.usage import months, session_pricing, tables
from app.usage.events import BalanceChanged, UsageRated
from app.usage.models import Bucket, ChargingSession, UsageRecord
from app.usage.outcome import Outcome
from app.usage.records import NewRecord, Use
from app.usage.roaming import Abroad
from app.usage.service import quota

SOURCE = "charging"


def leave(key: str, balance: Decimal) -> None:
    """In the caller's transaction, which has settled it. A session of nothing leaves nothing."""
    query = select(ChargingSession).where(ChargingSession.key == key)
    closed = db.session.scalars(query.execution_options(populate_existing=True)).one()
    _carry_on(closed)
    use = _use(closed)
    month = months.month_of(use.started_at)
    known = select(UsageRecord.identity).where(
        UsageRecord.identity == use.identity,
        UsageRecord.started_at >= months.begin(month),
        UsageRecord.started_at < months.begin(months.plus(month, 1)),
    )
    if not closed.used or db.session.scalar(known) is not None:
        return
    outcome = _outcome(closed)
    _write(use, outcome)
    quota.tell(outcome.drawn)
    quota.slow_down_families(outcome.drawn)
    customers = select(Line.customer_id).where(Line.id == closed.line_id)
    customer_id = db.session.scalars(customers).one()
    events.announce(UsageRated((closed.line_id,)))
    events.announce(BalanceChanged(closed.line_id, customer_id, balance))


def _write(use: Use, outcome: Outcome) -> None:
    """The record, with what was drawn and paid while it went on, and the sum of its day.

    It is never rated anew: prepaid lines pay as they go, so `later.after` leaves out their records.
    """
    months.make(db.session.connection(), [months.month_of(use.started_at)])
    tables.insert_records([(use, outcome)], clock.now())
    timezone = select(Market.timezone).join(Line, Line.market_code == Market.code)
    zone = ZoneInfo(db.session.scalars(timezone.where(Line.id == use.line_id)).one())
    tables.add_to_day(use.line_id, use.started_at.astimezone(zone).date(), use.kind, use.quantity)


def _outcome(closed: ChargingSession) -> Outcome:
    spans = zip(closed.open_since, closed.open_until, strict=True)
    drawn = zip(closed.drawn_buckets, closed.drawn_units, strict=True)
    return Outcome(
        closed.paid,
        {bucket_id: units for bucket_id, units in drawn if units},
        session_pricing.of(closed).rated(closed.used, spans),
        limited=closed.paid < closed.due,
    )


def _carry_on(closed: ChargingSession) -> None:
    """What the session held of buckets that ended meanwhile was not left to the next ones."""
    drawable = or_(Bucket.line_id == closed.line_id, Bucket.id.in_(closed.drawn_buckets))
    query = select(Bucket.id).where(
        drawable,
        Bucket.kind == closed.kind,
        Bucket.expires_at > closed.opened_at,
        Bucket.expires_at <= clock.now(),
    )
    tables.carry_on(db.session.scalars(query).all())


def _use(closed: ChargingSession) -> Use:
    """Of data it is known how long it took; a call lasts its seconds."""
    record = NewRecord(
        closed.line_id,
        closed.kind,
        closed.opened_at,
        closed.used,
        closed.other_party,
        source=SOURCE,
        record_id=closed.key,
        ended_at=closed.closed_at if closed.kind is UsageKind.DATA else None,
        abroad=Abroad(closed.network) if closed.network else None,
    )
    return Use(
        record.identity,
        record.line_id,
        record.kind,
        record.started_at,
        record.quantity,
        record.ended_at,
        record.other_party,
        record.abroad,
    )
