"""Which accounts have a period to bill: those that ended and have no invoice yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Row, Uuid, any_, func, literal, select, true

from app.billing.models import Invoice
from app.billing.periods import Period, period_after, period_containing, periods_ended
from app.catalog.models import Mode
from app.core import db
from app.customers.models import Account
from app.markets.models import Market
from app.subscriptions.models import Line

_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Job:
    """One account and one period of it that has ended, or ends early with its last line.

    `until` is where a final bill cuts the period, `since` where what follows one begins.
    """

    account_id: UUID
    anchor: int
    period: Period
    since: date | None = None
    until: date | None = None

    @property
    def billed(self) -> Period:
        """What the invoice is for: the whole period, unless a final bill cuts it."""
        return Period(self.since or self.period.start, self.until or self.period.end)

    @property
    def following(self) -> Period:
        return period_after(self.period, self.anchor)


def jobs(
    market: Market, on: date, account_ids: Sequence[UUID] | None = None
) -> Iterator[list[Job]]:
    """By account what is to bill in a market up to a day, the oldest period first.

    Of these accounts only, or of all, read as they are needed and never all in memory.
    """
    last = (
        select(Invoice.period_end.label("end"))
        .where(Invoice.account_id == Account.id)
        .order_by(Invoice.period_start.desc())
        .limit(1)
        .lateral()
    )
    query = (
        select(
            Account.id,
            Account.billing_day,
            last.c.end,
            func.min(Line.activated_at).label("first_at"),
            func.max(Line.closed_at).label("closed_at"),
            func.bool_or(Line.closed_at.is_(None)).label("in_use"),
        )
        .join(Line, Line.account_id == Account.id)
        .outerjoin(last, true())
        .where(
            Account.market_code == market.code,
            Line.mode == Mode.POSTPAID,
            Line.activated_at.is_not(None),
        )
        .group_by(Account.id, last.c.end)
        .order_by(Account.id)
    )
    if account_ids is not None:
        query = query.where(Account.id == any_(literal(list(account_ids), ARRAY(Uuid))))
    zone = ZoneInfo(market.timezone)
    for row in db.session.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)):
        if found := list(_jobs(row, on, zone)):
            yield found


def _jobs(row: Row[Any], on: date, zone: ZoneInfo) -> Iterator[Job]:
    since = row.end or row.first_at.astimezone(zone).date()
    until = on
    if not row.in_use:
        # One period after the last line closed: what arrives late still finds a bill.
        final = period_containing(row.closed_at.astimezone(zone).date(), row.billing_day)
        until = min(on, period_after(final, row.billing_day).end)
    for period in periods_ended(since, until, row.billing_day):
        cut = row.end if row.end is not None and row.end in period else None
        yield Job(row.id, row.billing_day, period, since=cut)


def final_job(account_id: UUID, anchor: int, today: date) -> Job | None:
    """The period of today, which ends with it; None when a bill has covered today already."""
    period = period_containing(today, anchor)
    query = select(func.max(Invoice.period_end)).where(Invoice.account_id == account_id)
    billed = db.session.scalar(query)
    if billed is not None and billed > today:
        return None
    cut = billed if billed is not None and billed in period else None
    return Job(account_id, anchor, period, since=cut, until=today + timedelta(days=1))
