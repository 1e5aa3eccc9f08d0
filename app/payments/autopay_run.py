"""Today's run of AutoPay in a market: how many debits stand where, and which they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core import clock, db
from app.core.money import Money
from app.customers.models import Account
from app.markets.models import Market
from app.payments.models import AutoPayDebit, AutoPayMandate, DebitStatus

STATES = ("planned", "window", "charging", "done", "declined", "asking", "dropped")
_OPEN = (DebitStatus.PLANNED, DebitStatus.CHARGING)


@dataclass(frozen=True, slots=True)
class Count:
    state: str
    debits: int
    amount: Money


def counts(market: Market) -> list[Count]:
    """One for each state, also for those that nothing is in."""
    query = (
        select(_state().label("state"), func.count(), func.sum(AutoPayDebit.amount))
        .join(AutoPayDebit.mandate)
        .join(Account, Account.id == AutoPayMandate.account_id)
        .where(Account.market_code == market.code, _of_today(market))
        .group_by("state")
    )
    found = {state: (number, total) for state, number, total in db.session.execute(query)}
    zero = (0, Decimal(0))
    return [
        Count(state, number, Money(total, market.currency))
        for state in STATES
        for number, total in [found.get(state, zero)]
    ]


def debits(market: Market, state: str, limit: int = 100) -> Sequence[AutoPayDebit]:
    """Those of today in one state, the next or the latest first."""
    query = (
        select(AutoPayDebit)
        .join(AutoPayDebit.mandate)
        .join(Account, Account.id == AutoPayMandate.account_id)
        .where(Account.market_code == market.code, _of_today(market), _state() == state)
        .options(
            contains_eager(AutoPayDebit.mandate).joinedload(AutoPayMandate.saved_method),
            contains_eager(AutoPayDebit.mandate)
            .joinedload(AutoPayMandate.account)
            .joinedload(Account.customer),
            joinedload(AutoPayDebit.invoice),
        )
        .order_by(AutoPayDebit.decided_at.desc().nulls_last(), AutoPayDebit.next_at)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def _state() -> ColumnElement[str]:
    waits = and_(AutoPayDebit.status == DebitStatus.PLANNED, AutoPayDebit.reason == "window")
    return case((waits, "window"), else_=AutoPayDebit.status)


def _of_today(market: Market) -> ColumnElement[bool]:
    """Due before the market's next midnight and open, or decided since its last."""
    today = clock.today(market.timezone)
    since = clock.midnight(today, market.timezone)
    until = clock.midnight(today + timedelta(days=1), market.timezone)
    return or_(
        and_(AutoPayDebit.status.in_(_OPEN), AutoPayDebit.next_at < until),
        and_(AutoPayDebit.decided_at >= since, AutoPayDebit.decided_at < until),
    )
