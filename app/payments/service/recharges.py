"""The same recharge twice in a short time: the second extends validity, or somebody is told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from app.core import clock, db, events
from app.payments.events import DoubleRecharge
from app.payments.policies import OnDoubleRecharge, recharge_policy
from app.subscriptions.models import Line
from app.usage import service as usage
from app.usage.errors import InsufficientBalance
from app.usage.models import Balance, BalanceMovement


def notice(effect_key: str) -> DoubleRecharge | None:
    """After a recharge: whether it was the second of its kind, and what was done about it.

    However late it is noticed, only what came before it counts. Extending is paying for the next
    period now, from the credit that has just come in; when that is not enough, it is an alert.
    """
    with db.transaction():
        recharge = db.session.scalars(
            select(BalanceMovement).where(BalanceMovement.effect_key == effect_key)
        ).one()
        line = db.session.get_one(Line, recharge.line_id)
        policy = recharge_policy(line.account.market.settings_at(recharge.at))
        if _alike(recharge, since=recharge.at - policy.within) != 2:
            return None
        extend = policy.action is OnDoubleRecharge.EXTEND and _extended(line.id)
        told = DoubleRecharge(
            line.id,
            line.customer_id,
            recharge.amount,
            line.account.currency,
            "extended" if extend else "alerted",
            clock.now(),
        )
        events.announce(told)
    return told


def _alike(recharge: BalanceMovement, *, since: datetime) -> int:
    """How many recharges of this amount there were since then, up to this one."""
    place = tuple_(BalanceMovement.at, BalanceMovement.id)
    query = select(func.count()).where(
        BalanceMovement.line_id == recharge.line_id,
        BalanceMovement.reason == "top_up",
        BalanceMovement.amount == recharge.amount,
        BalanceMovement.at > since,
        place <= (recharge.at, recharge.id),
    )
    return db.session.scalars(query).one()


def _extended(line_id: UUID) -> bool:
    balance = db.session.get(Balance, line_id)
    if balance is None or balance.paid_until is None:
        return False
    try:
        with db.savepoint():
            return usage.renew(line_id, max(balance.paid_until, clock.now()))
    except InsufficientBalance:
        return False
