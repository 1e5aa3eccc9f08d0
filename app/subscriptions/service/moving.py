"""A line goes on as another one, of another account, with the same number, SIM and plan.

What was used, paid and owed stays with the account that had it, and what hangs on an account does
not travel. Of a prepaid line the credit does, which is usage's (usage.service.moving).
"""

from datetime import datetime

from sqlalchemy import update

from app.audit import service as audit
from app.catalog.models import Mode
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.ids import new_id
from app.customers.models import Account
from app.markets.policies import PrepaidTransfer
from app.subscriptions.events import LineTransferred
from app.subscriptions.models import (
    Line,
    LineStatus,
    LineTransfer,
    Sim,
    SimStatus,
    Subscription,
    TransferStatus,
)
from app.subscriptions.service import waiting
from app.subscriptions.service.family import leave_family
from app.subscriptions.service.transfers import rule_of_prepaid

TRANSFERRED = "transferred"


def move_line(transfer: LineTransfer, *, by: Actor) -> Line:
    """End the line where it is and go on with it there, in the caller's transaction, locked."""
    old, account = transfer.line, transfer.to_account
    moment = clock.now()
    waiting.supersede(old, by)
    leave_family(old)
    going_on = {each: each.ends_at for each in old.subscriptions if _goes_on(each, moment)}
    for each in old.subscriptions:
        if each.ends_at is None or each.ends_at > moment:
            each.ends_at = max(moment, each.starts_at)
    old.status, old.closed_at, old.closed_reason = LineStatus.CLOSED, moment, TRANSFERRED
    db.session.flush()  # the number is free for the line that follows
    new = _successor(old, account)
    db.session.add(new)
    followers = [
        Subscription(
            id=new_id(),
            line=new,
            version=each.version,
            kind=each.kind,
            starts_at=moment,
            ends_at=ends_at,
        )
        for each, ends_at in going_on.items()
    ]
    db.session.add_all(followers)
    _move_sims(old, new)
    transfer.status, transfer.ended_at = TransferStatus.DONE, moment
    transfer.new_line_id = new.id
    audit.record(by, "line.transferred", "line", old.id, to=account.reference)
    audit.record(by, "line.came", "line", new.id, from_account=transfer.from_account.reference)
    db.session.flush()  # listeners read what goes on
    events.announce(
        LineTransferred(
            transfer.id,
            old.id,
            new.id,
            transfer.from_account_id,
            account.id,
            tuple(each.id for each in followers),
            moment,
            tuple(each.id for each in going_on),
        )
    )
    return new


def _goes_on(subscription: Subscription, moment: datetime) -> bool:
    """The plan, and add-ons paid by the month. One bought for some days stays behind, but where
    allowances go along."""
    if subscription.ends_at is None:
        return True
    line = subscription.line
    along = line.mode is Mode.PREPAID and rule_of_prepaid(line) is PrepaidTransfer.ALL
    return along and subscription.starts_at <= moment < subscription.ends_at


def _successor(old: Line, account: Account) -> Line:
    moment = clock.now()
    another_owner = account.customer_id != old.account.customer_id
    return Line(
        id=new_id(),
        account=account,
        customer_id=account.customer_id if another_owner else old.customer_id,
        market_code=old.market_code,
        service=old.service,
        mode=old.mode,
        number=old.number,
        status=LineStatus.ACTIVE,
        activated_at=moment,
        cost_centre=None if another_owner else old.cost_centre,
        contract_until=old.contract_until,
        sim_changed_at=old.sim_changed_at,
        owner_changed_at=moment if another_owner else old.owner_changed_at,
        came_from_id=old.id,
        created_at=moment,
    )


def _move_sims(old: Line, new: Line) -> None:
    active = update(Sim).where(Sim.line_id == old.id, Sim.status == SimStatus.ACTIVE)
    db.session.flush()  # the line must be there before its SIM
    db.session.execute(active.values(line_id=new.id))
    for each in (old, new):
        db.session.expire(each, ["sims"])
