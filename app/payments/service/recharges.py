"""The same recharge twice in a short time: the second extends validity, or somebody is told."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.core import clock, db, events
from app.payments.events import DoubleRecharge
from app.payments.policies import OnDoubleRecharge, recharge_policy
from app.subscriptions.models import Line
from app.usage import service as usage
from app.usage.errors import InsufficientBalance
from app.usage.models import Balance, BalanceMovement


def notice(line_id: UUID, amount: Decimal, currency: str) -> DoubleRecharge | None:
    """After a recharge: whether it was the second of its kind, and what was done about it.

    Extending is paying for the next period now, from the credit that has just come in; when that
    is not enough, it is an alert.
    """
    with db.transaction():
        line = db.session.get_one(Line, line_id)
        policy = recharge_policy(line.account.market.settings_at(clock.now()))
        query = select(func.count()).where(
            BalanceMovement.line_id == line_id,
            BalanceMovement.reason == "top_up",
            BalanceMovement.amount == amount,
            BalanceMovement.at > clock.now() - policy.within,
        )
        if db.session.scalars(query).one() != 2:
            return None
        extend = policy.action is OnDoubleRecharge.EXTEND and _extended(line_id)
        action = "extended" if extend else "alerted"
        told = DoubleRecharge(line.id, line.customer_id, amount, currency, action, clock.now())
        events.announce(told)
    return told


def _extended(line_id: UUID) -> bool:
    balance = db.session.get(Balance, line_id)
    if balance is None or balance.paid_until is None:
        return False
    try:
        with db.session.begin_nested():
            return usage.renew(line_id, max(balance.paid_until, clock.now()))
    except InsufficientBalance:
        return False
