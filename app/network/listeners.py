"""What the network is told when lines change: a listener places an order, an errand sends it; and
what lines are told when it is done."""

from app.core import db
from app.core.actor import SYSTEM
from app.network import queries, switch
from app.network.events import (
    NumberHandedOver,
    OrderDone,
    OrderFailed,
    OrderPlaced,
    PortCodeIssued,
    PortOutCancelled,
)
from app.network.models import PortOut
from app.network.port import Action
from app.network.service import carry_out, order
from app.subscriptions.access import line_for
from app.subscriptions.events import (
    BlockLifted,
    BlockPlaced,
    LineActivated,
    LineClosed,
    LineOrdered,
    PlanChanged,
    PlanSubscribed,
    SimReplaced,
)
from app.subscriptions.models import BlockEffect
from app.subscriptions.queries import effect_in_force
from app.subscriptions.service import activations

_BLOCKED_BY = {
    BlockEffect.THROTTLE: Action.THROTTLE,
    BlockEffect.OUTGOING: Action.BLOCK_OUTGOING,
    BlockEffect.ALL: Action.BLOCK_ALL,
}


def activate(event: LineActivated) -> None:
    """A line opened at once; one that was ordered is active because the network said so."""
    if not queries.was_activated(event.line_id):
        order(event.line_id, Action.ACTIVATE, by=SYSTEM)


def activate_again(event: LineOrdered | SimReplaced) -> None:
    order(event.line_id, Action.ACTIVATE, by=SYSTEM)


def report_done(event: OrderDone) -> None:
    if event.action == Action.ACTIVATE:
        activations.network_did_it(event.line_id, event.at)


def report_failed(event: OrderFailed) -> None:
    if event.action == Action.ACTIVATE:
        activations.network_refused_it(event.line_id, queries.why_failed(event.order_id))


def deactivate(event: LineClosed) -> None:
    order(event.line_id, Action.DEACTIVATE, by=SYSTEM)


def change_plan(event: PlanChanged | PlanSubscribed) -> None:
    order(event.line_id, Action.CHANGE_PLAN, by=SYSTEM)


def apply_blocks(event: BlockPlaced | BlockLifted) -> None:
    """The strongest block still in force decides, whichever came or went."""
    effect = effect_in_force(line_for(SYSTEM, event.line_id))
    order(event.line_id, _BLOCKED_BY[effect] if effect else Action.UNBLOCK, by=SYSTEM)


def send_order(event: OrderPlaced) -> None:
    carry_out(event.order_id)


def publish_code(event: PortCodeIssued) -> None:
    port = db.session.get_one(PortOut, event.port_out_id)
    switch.clearing_house().publish(port.number, port.code, port.valid_until)


def withdraw_code(event: PortOutCancelled) -> None:
    port = db.session.get_one(PortOut, event.port_out_id)
    switch.clearing_house().withdraw(port.number)


def hand_over(event: NumberHandedOver) -> None:
    port = db.session.get_one(PortOut, event.port_out_id)
    if port.house_ref:
        switch.clearing_house().hand_over(port.house_ref)
