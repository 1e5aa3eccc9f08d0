"""What can be done to a line."""

from app.subscriptions.service.activations import activate
from app.subscriptions.service.approvals import approve_request
from app.subscriptions.service.approving import ask as ask_approval
from app.subscriptions.service.approving import expire_due as expire_requests
from app.subscriptions.service.approving import needs_approval, refuse_request
from app.subscriptions.service.blocks import lift_block, place_block
from app.subscriptions.service.family import share_with, stop_sharing
from app.subscriptions.service.leaving import order_disconnection, take_back
from app.subscriptions.service.lines import (
    close_line,
    note_owner_change,
    open_line,
    set_cost_centre,
)
from app.subscriptions.service.lost import (
    found_again,
    replace_missing,
    report_missing,
    report_proven,
    report_with_code,
    send_code,
)
from app.subscriptions.service.plans import (
    add_add_on,
    cancel_add_on,
    change_plan,
    subscribe,
    version_for,
    version_for_now,
)
from app.subscriptions.service.promotions import redeem
from app.subscriptions.service.scheduling import carry_out_due as carry_out_changes
from app.subscriptions.service.scheduling import schedule_plan
from app.subscriptions.service.sims import replace_sim
from app.subscriptions.service.waiting import unschedule

__all__ = [
    "activate",
    "add_add_on",
    "approve_request",
    "ask_approval",
    "cancel_add_on",
    "carry_out_changes",
    "change_plan",
    "close_line",
    "expire_requests",
    "found_again",
    "lift_block",
    "needs_approval",
    "note_owner_change",
    "open_line",
    "order_disconnection",
    "place_block",
    "redeem",
    "refuse_request",
    "replace_missing",
    "replace_sim",
    "report_missing",
    "report_proven",
    "report_with_code",
    "schedule_plan",
    "send_code",
    "set_cost_centre",
    "share_with",
    "stop_sharing",
    "subscribe",
    "take_back",
    "unschedule",
    "version_for",
    "version_for_now",
]
