"""A prepaid line that becomes another one: its credit goes with it, by its market's rule also what
is left of its allowances. All in the transaction that moves it, both lines locked."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import db, events
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.markets.policies import PrepaidTransfer
from app.markets.queries import policies_at
from app.subscriptions.events import LineTransferred
from app.subscriptions.models import Line
from app.usage.errors import InsufficientBalance
from app.usage.events import BalanceChanged
from app.usage.models import Balance, BalanceMovement, Bucket
from app.usage.service import periods
from app.usage.service.balances import locked_balance

# All that a bucket is but whose it is, and what it followed: that one stays behind.
_KEPT = (
    "kind", "granted", "used", "priority", "expires_at", "name", "since", "until", "carried",
    "least_carried", "most_carried", "overdraws", "throttles", "watched", "networks", "told",
)  # fmt: skip


def take_along(event: LineTransferred) -> None:
    """Nothing is made or lost: what the one line had is what the other has."""
    old = db.session.get_one(Line, event.from_line_id)
    new = db.session.get_one(Line, event.to_line_id)
    before, after = locked_balance(old), locked_balance(new)
    _move_credit(event, before, after)
    rule = policies_at(new.market_code, event.at).prepaid_transfer
    if rule is PrepaidTransfer.ALL:
        after.paid_until = before.paid_until
        for was, becomes in zip(event.before_ids, event.subscription_ids, strict=True):
            _move_allowances(was, becomes, event)
    before.paid_until = None
    periods.cut_short(event.at, line_id=old.id)
    if rule is PrepaidTransfer.CREDIT:
        _begin_anew(event)
    audit.record(
        SYSTEM, "balance.moved", "line", new.id, amount=after.money, line=old.number, method=rule
    )
    events.announce(BalanceChanged(new.id, new.customer_id, after.amount))


def _move_credit(event: LineTransferred, before: Balance, after: Balance) -> None:
    amount = before.amount
    if not amount:
        return
    before.amount, after.amount = Decimal(0), after.amount + amount
    for line_id, moved, way in (
        (event.from_line_id, -amount, "out"),
        (event.to_line_id, amount, "in"),
    ):
        db.session.add(
            BalanceMovement(
                line_id=line_id,
                at=event.at,
                reason="transfer",
                amount=moved,
                effect_key=f"transfer-{way}:{event.transfer_id}",
            )
        )


def _move_allowances(was: UUID, becomes: UUID, event: LineTransferred) -> None:
    """The new buckets stand where the old ones stood; of these nothing is left."""
    query = select(Bucket).where(Bucket.subscription_id == was, Bucket.expires_at > event.at)
    for bucket in db.session.scalars(query.execution_options(populate_existing=True)).all():
        kept = {name: getattr(bucket, name) for name in _KEPT}
        db.session.add(
            Bucket(
                id=new_id(),
                line_id=event.to_line_id,
                subscription_id=becomes,
                starts_at=max(bucket.starts_at, event.at),
                **kept,
            )
        )
        if bucket.left:
            bucket.carried -= bucket.left


def _begin_anew(event: LineTransferred) -> None:
    """The plan is paid for again, now if the credit is enough for it; else it waits for credit,
    barred as every line whose plan is over."""
    for subscription_id in event.subscription_ids:
        subscription = periods.subscription_of(subscription_id)
        try:
            periods.pay_for(subscription, event.at)
        except InsufficientBalance:
            locked_balance(subscription.line).paid_until = event.at
        else:
            periods.begin_paid_period(subscription, event.at)
