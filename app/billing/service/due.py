"""Which accounts have a period to bill: those that ended and have no invoice yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select

from app.billing.models import Invoice
from app.billing.periods import Period, period_after, period_containing, periods_ended
from app.catalog.models import Mode
from app.core import db
from app.customers.models import Account
from app.markets.models import Market
from app.subscriptions.models import Line


@dataclass(frozen=True, slots=True)
class Job:
    """One account and one period of it that has ended."""

    account_id: UUID
    anchor: int
    period: Period

    @property
    def following(self) -> Period:
        return period_after(self.period, self.anchor)


def jobs(market: Market, on: date) -> list[Job]:
    """Everything to bill in a market up to a day, the oldest period first."""
    last = (
        select(Invoice.account_id, func.max(Invoice.period_end).label("end"))
        .where(Invoice.market_code == market.code)
        .group_by(Invoice.account_id)
        .subquery()
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
        .outerjoin(last, last.c.account_id == Account.id)
        .where(
            Account.market_code == market.code,
            Line.mode == Mode.POSTPAID,
            Line.activated_at.is_not(None),
        )
        .group_by(Account.id, last.c.end)
    )
    zone = ZoneInfo(market.timezone)
    found = [job for row in db.session.execute(query) for job in _jobs(row, on, zone)]
    return sorted(found, key=lambda job: (job.period.end, str(job.account_id)))


def _jobs(row: Row[Any], on: date, zone: ZoneInfo) -> Iterator[Job]:
    since = row.end or row.first_at.astimezone(zone).date()
    until = on
    if not row.in_use:
        # One period after the last line closed: what arrives late still finds a bill.
        final = period_containing(row.closed_at.astimezone(zone).date(), row.billing_day)
        until = min(on, period_after(final, row.billing_day).end)
    for period in periods_ended(since, until, row.billing_day):
        yield Job(row.id, row.billing_day, period)
