"""Orders to the network: a row until they are done, tried three times, in order for each line."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.network import switch
from app.network.events import OrderDone, OrderFailed, OrderPlaced
from app.network.models import OrderStatus, ProvisioningOrder
from app.network.port import Action, NetworkDown, OrderRefused
from app.subscriptions.access import line_for
from app.subscriptions.queries import current_plan

_MOST_ATTEMPTS = 3
_FIRST_WAIT = timedelta(seconds=10)
# Longer than a call to the network takes: after it, whoever had the order is dead.
_LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Work:
    id: UUID
    action: Action
    number: str
    plan: str


def order(line_id: UUID, action: Action | str, *, by: Actor) -> ProvisioningOrder:
    """Have the network do something to a line, soon. Needs `network.manage`."""
    with db.transaction():
        line = line_for(by, line_id, "network.manage")
        moment = clock.now()
        placed = ProvisioningOrder(
            line_id=line.id,
            action=Action(action).value,
            status=OrderStatus.PENDING,
            created_at=moment,
            due_at=moment,
        )
        db.session.add(placed)
        db.session.flush()  # its id is needed for the trail and the event
        audit.record(by, "network.ordered", "line", line.id, action=placed.action)
        events.announce(OrderPlaced(placed.id))
    return placed


def carry_out(order_id: UUID) -> bool:
    """Talk to the network about one order, outside any transaction: whether it is done now.

    Orders of one line keep their order. After a failure it waits 10, then 20 seconds; after the
    third it has FAILED. Doing it twice, or twice at once, has one effect.
    """
    work = _claim(order_id)
    if work is None:
        return False
    try:
        switch.network().carry_out(work.id, work.action, work.number, plan=work.plan)
    except NetworkDown as error:
        _put_off(order_id, error, most=_MOST_ATTEMPTS)
        return False
    except OrderRefused as error:
        _put_off(order_id, error, most=1)
        return False
    _finish(order_id)
    return True


def _claim(order_id: UUID) -> _Work | None:
    """What to do, leased to us; None when it is not its turn, or somebody else's."""
    with db.transaction():
        mine = _locked(order_id)
        moment = clock.now()
        if mine is None or mine.status is not OrderStatus.PENDING or mine.due_at > moment:
            return None
        earlier = exists().where(
            ProvisioningOrder.line_id == mine.line_id,
            ProvisioningOrder.status == OrderStatus.PENDING,
            ProvisioningOrder.id < mine.id,
        )
        if db.session.scalar(select(earlier)):
            return None
        mine.due_at = moment + _LEASE
        line = line_for(SYSTEM, mine.line_id)
        plan = current_plan(line).version.offer.code
        return _Work(mine.id, Action(mine.action), line.number, plan)


def _put_off(order_id: UUID, error: Exception, *, most: int) -> None:
    with db.transaction():
        mine = _locked(order_id)
        if mine is None or mine.status is not OrderStatus.PENDING:
            return
        mine.attempts += 1
        mine.last_error = f"{type(error).__name__}: {error}"[:500]
        mine.due_at = clock.now() + _FIRST_WAIT * 2 ** (mine.attempts - 1)
        if mine.attempts >= most:
            mine.status = OrderStatus.FAILED
            audit.record(SYSTEM, "network.order_failed", "line", mine.line_id, action=mine.action)
            events.announce(OrderFailed(mine.id, mine.line_id, mine.action, clock.now()))


def _finish(order_id: UUID) -> None:
    with db.transaction():
        mine = _locked(order_id)
        if mine is None or mine.status is OrderStatus.DONE:
            return
        mine.status, mine.done_at, mine.last_error = OrderStatus.DONE, clock.now(), None
        events.announce(OrderDone(mine.id, mine.line_id, mine.action, mine.done_at))


def _locked(order_id: UUID) -> ProvisioningOrder | None:
    query = select(ProvisioningOrder).where(ProvisioningOrder.id == order_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))
