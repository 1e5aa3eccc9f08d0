"""What customers read for the values that the domains store."""

from typing import Any

from app.core.i18n import lazy
from app.payments import declines, methods
from app.portal import bp

LABELS: dict[str, dict[str, Any]] = {
    "service": {"mobile": lazy("Mobile"), "fibre": lazy("Fibre"), "tv": lazy("TV")},
    "mode": {"prepaid": lazy("Prepaid"), "postpaid": lazy("Postpaid")},
    "line": {
        "pending": lazy("Not active yet"),
        "active": lazy("Active"),
        "closed": lazy("Closed"),
    },
    "effect": {
        "throttle": lazy("Reduced speed"),
        "outgoing": lazy("Outgoing calls blocked"),
        "all": lazy("Blocked"),
    },
    "usage": {"data": lazy("Data"), "voice": lazy("Calls"), "sms": lazy("SMS")},
    "invoice": {
        "open": lazy("To pay"),
        "overdue": lazy("Overdue"),
        "paid": lazy("Paid"),
        "void": lazy("Cancelled"),
    },
    "ticket": {
        "new": lazy("Waiting for a person"),
        "open": lazy("A person works on it"),
        "pending": lazy("Waiting for you"),
        "resolved": lazy("Solved"),
        "closed": lazy("Closed"),
    },
    "decline": declines.WORDS,
    "method": methods.NAMES,
    "debit": {
        "planned": lazy("Planned"),
        "charging": lazy("Under way"),
        "done": lazy("Paid"),
        "declined": lazy("Declined"),
        "asking": lazy("Needs you"),
        "dropped": lazy("Not needed"),
    },
}
COLOURS = {
    "paid": "green",
    "active": "green",
    "resolved": "green",
    "closed": "secondary",
    "void": "secondary",
    "open": "blue",
    "new": "blue",
    "pending": "yellow",
    "overdue": "red",
    "throttle": "yellow",
    "outgoing": "orange",
    "all": "red",
    "planned": "blue",
    "charging": "yellow",
    "done": "green",
    "declined": "red",
    "asking": "orange",
    "dropped": "secondary",
}


@bp.app_template_global("portal_label")
def label(kind: str, value: str) -> str:
    """An unknown value is shown as it is stored."""
    return str(LABELS[kind].get(value, value))


@bp.app_template_global("portal_colour")
def colour(value: str) -> str:
    return COLOURS.get(value, "secondary")
