"""What customers read for the values that the domains store."""

from typing import Any

from app.catalog.names import SERVICES
from app.core.i18n import lazy
from app.payments import declines, methods
from app.portal import bp
from app.web.words import MODES, PORT_RULES, USAGE

LABELS: dict[str, dict[str, Any]] = {
    "service": SERVICES,
    "mode": MODES,
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
    "reason": {
        "lost": lazy("SIM lost"),
        "stolen": lazy("SIM stolen"),
        "request": lazy("Paused by you"),
        "fraud": lazy("Suspected fraud"),
        "dunning": lazy("Unpaid bill"),
        "plan_expired": lazy("Your plan is over"),
        "quota": lazy("Your allowance is used up"),
        "court": lazy("Court order"),
    },
    "lifter": {
        "lost": lazy("Ask us for a new SIM, or tell us that you found it."),
        "stolen": lazy("Ask us for a new SIM, or tell us that you found it."),
        "request": lazy("You can end this yourself."),
        "fraud": lazy("Please write to us."),
        "dunning": lazy("Ends as soon as the bill is paid."),
        "plan_expired": lazy("Ends as soon as you top up enough for your plan."),
        "quota": lazy("Ends with the next period or an add-on."),
        "court": lazy("We may not lift this."),
    },
    "port_rule": PORT_RULES,
    "request": {
        "pending": lazy("Waits for a manager"),
        "approved": lazy("Approved"),
        "refused": lazy("Refused"),
        "expired": lazy("Expired"),
    },
    "done": {
        "paused": lazy("The line is paused. Calls still reach you."),
        "resumed": lazy("The line works again."),
        "missing": lazy("The SIM is blocked. Ask us for a new one whenever you like."),
        "shared": lazy("The plan is shared."),
        "unshared": lazy("The plan is no longer shared with that line."),
        "code": lazy("Your code is below. Give it to your new operator."),
        "stays": lazy("Your number stays with us."),
        "scheduled": lazy("Your plan will change at the end of the period."),
        "unscheduled": lazy("Your plan stays as it is."),
    },
    "usage": USAGE,
    "invoice": {
        "open": lazy("To pay"),
        "overdue": lazy("Overdue"),
        "paid": lazy("Paid"),
        "void": lazy("Cancelled"),
    },
    "transfer": {
        "waiting": lazy("Waits for an answer"),
        "agreed": lazy("Agreed"),
        "done": lazy("Done"),
        "refused": lazy("Refused"),
        "cancelled": lazy("Cancelled"),
        "expired": lazy("Expired"),
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
    "approved": "green",
    "refused": "red",
    "expired": "secondary",
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
    known = LABELS[kind]
    return str(known.get(value) or known.get(value.partition(":")[0], value))


@bp.app_template_global("portal_colour")
def colour(value: str) -> str:
    return COLOURS.get(value, "secondary")
