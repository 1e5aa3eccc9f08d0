"""What can be done to a line."""

from app.subscriptions.service.blocks import lift_block, place_block
from app.subscriptions.service.lines import close_line, open_line
from app.subscriptions.service.plans import add_add_on, change_plan, version_for, version_for_now
from app.subscriptions.service.promotions import redeem
from app.subscriptions.service.sims import replace_sim

__all__ = [
    "add_add_on",
    "change_plan",
    "close_line",
    "lift_block",
    "open_line",
    "place_block",
    "redeem",
    "replace_sim",
    "version_for",
    "version_for_now",
]
