"""What the network is told when lines change: a listener places an order, an errand sends it."""

from app.core import db
from app.core.actor import SYSTEM
from app.network import switch
from app.network.events import NumberHandedOver, OrderPlaced, PortCodeIssued, PortOutCancelled
from app.network.models import PortOut
from app.network.port import Action
from app.network.service import carry_out, order
from app.subscriptions.access import line_for
from app.subscriptions.events import (
    BlockLifted,
    BlockPlaced,
    LineActivated,
    LineClosed,
    PlanChanged,
    PlanSubscribed,
    SimReplaced,
)
from app.subscriptions.models import BlockEffect
from app.subscriptions.queries import effect_in_force

_BLOCKED_BY = {
    BlockEffect.THROTTLE: Action.THROTTLE,
    BlockEffect.OUTGOING: Action.BLOCK_OUTGOING,
    BlockEffect.ALL: Action.BLOCK_ALL,
}


def activate(event: LineActivated | SimReplaced) -> None:
    order(event.line_id, Action.ACTIVATE, by=SYSTEM)


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
