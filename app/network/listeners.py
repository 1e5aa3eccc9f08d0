"""What the network is told when lines change: a listener places an order, an errand sends it."""

from app.core.actor import SYSTEM
from app.network.events import OrderPlaced
from app.network.port import Action
from app.network.service import carry_out, order
from app.subscriptions.access import line_for
from app.subscriptions.events import (
    BlockLifted,
    BlockPlaced,
    LineActivated,
    LineClosed,
    PlanChanged,
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


def change_plan(event: PlanChanged) -> None:
    order(event.line_id, Action.CHANGE_PLAN, by=SYSTEM)


def apply_blocks(event: BlockPlaced | BlockLifted) -> None:
    """The strongest block still in force decides, whichever came or went."""
    effect = effect_in_force(line_for(SYSTEM, event.line_id))
    order(event.line_id, _BLOCKED_BY[effect] if effect else Action.UNBLOCK, by=SYSTEM)


def send_order(event: OrderPlaced) -> None:
    carry_out(event.order_id)
