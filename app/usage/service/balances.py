"""Prepaid credit: topping up and taking from it. Each effect happens once and never below zero."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.catalog.models import Mode
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid
from app.core.money import Money
from app.subscriptions.access import line_for
from app.subscriptions.models import Line
from app.usage.errors import InsufficientBalance, NotPrepaid
from app.usage.events import BalanceChanged, ToppedUp
from app.usage.models import Balance, BalanceMovement
from app.usage.prices import Off


def top_up(line_id: UUID, amount: Money, *, by: Actor, effect_key: str) -> Balance:
    """Add credit. The same `effect_key` again changes nothing.

    Raises NotPrepaid, and Invalid unless `amount` is above zero in the line's currency.
    """
    with db.transaction():
        line = line_for(by, line_id, "payments.take")
        balance = locked_balance(line)
        _check(amount, balance)
        if not _done_before(line_id, effect_key):
            _move(balance, line, amount.amount, reason="top_up", effect_key=effect_key)
            audit.record(by, "balance.topped_up", "line", line.id, amount=amount)
            events.announce(
                ToppedUp(line.id, line.customer_id, amount.amount, amount.currency, clock.now())
            )
    return balance


def debit(
    line_id: UUID,
    amount: Money,
    *,
    by: Actor,
    effect_key: str,
    reason: str,
    discounts: Sequence[Off] = (),
) -> Balance:
    """Take credit. The same `effect_key` again changes nothing. `discounts` are off already.

    Raises InsufficientBalance, NotPrepaid, Invalid as `top_up` does.
    """
    with db.transaction():
        line = line_for(by, line_id, "subscriptions.change")
        balance = locked_balance(line)
        _check(amount, balance)
        if not _done_before(line_id, effect_key):
            if amount.amount > balance.amount:
                raise InsufficientBalance(
                    balance=str(balance.amount),
                    needed=str(amount.amount),
                    currency=balance.currency,
                )
            _move(balance, line, -amount.amount, reason=reason, effect_key=effect_key)
            because = {"discount": _told(discounts)} if discounts else {}
            audit.record(
                by, "balance.debited", "line", line.id, amount=amount, reason=reason, **because
            )
    return balance


def locked_balance(line: Line) -> Balance:
    """The balance, made when the line has none yet, and nobody else's until the commit."""
    if line.mode is not Mode.PREPAID:
        raise NotPrepaid
    new = insert(Balance).values(line_id=line.id, amount=0, currency=line.account.currency)
    db.session.execute(new.on_conflict_do_nothing())
    query = select(Balance).where(Balance.line_id == line.id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _told(discounts: Sequence[Off]) -> dict[str, str]:
    return {each.code: str(each.amount) for each in discounts}


def _check(amount: Money, balance: Balance) -> None:
    if amount.currency != balance.currency or not amount.is_payable:
        raise Invalid(field="amount")


def _done_before(line_id: UUID, effect_key: str) -> bool:
    """The balance's lock is held, so nobody can do it between the question and the answer."""
    query = select(BalanceMovement.line_id).where(BalanceMovement.effect_key == effect_key)
    found = db.session.scalar(query)
    if found is not None and found != line_id:
        raise Conflict(field="effect_key")
    return found is not None


def _move(balance: Balance, line: Line, amount: Decimal, *, reason: str, effect_key: str) -> None:
    balance.amount += amount
    db.session.add(
        BalanceMovement(
            line_id=line.id, at=clock.now(), reason=reason, amount=amount, effect_key=effect_key
        )
    )
    events.announce(BalanceChanged(line.id, line.customer_id, balance.amount))
