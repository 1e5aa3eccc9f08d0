"""Lines: what is on them, what restricts them, how they come and go."""

from typing import Any

from app.core.i18n import lazy
from app.web.words import MODES, PORT_RULES, SERVICES, USAGE

LINES: dict[str, dict[str, Any]] = {
    "service": SERVICES,
    "mode": MODES,
    "line": {
        "pending": lazy("Not active yet"),
        "active": lazy("Active"),
        "closed": lazy("Closed"),
    },
    "sim": {
        "active": lazy("Active"),
        "replaced": lazy("Replaced"),
        "blocked": lazy("Blocked"),
    },
    "usage": USAGE,
    "effect": {
        "throttle": lazy("Slowed down"),
        "outgoing": lazy("Outgoing barred"),
        "all": lazy("Blocked"),
    },
    "reason": {
        "lost": lazy("SIM lost"),
        "stolen": lazy("SIM stolen"),
        "request": lazy("Customer's request"),
        "fraud": lazy("Suspected fraud"),
        "dunning": lazy("Unpaid invoice"),
        "plan_expired": lazy("Plan expired"),
        "quota": lazy("Allowance used up"),
        "court": lazy("Court order"),
    },
    "lifter": {
        "dunning": lazy("Lifted by paying the bill"),
        "plan_expired": lazy("Lifted by renewing or topping up"),
        "quota": lazy("Lifted by the next period or an add-on"),
        "request": lazy("Lifted by the customer or support"),
        "lost": lazy("Lifted by support or a new SIM"),
        "stolen": lazy("Lifted by support or a new SIM"),
        "fraud": lazy("Lifted by a supervisor"),
        "court": lazy("Lifted by an administrator"),
    },
    "leaving": {
        "request": lazy("Customer's request"),
        "inactive": lazy("Not used for long"),
        "fraud": lazy("Fraud"),
        "death": lazy("Death of the customer"),
        "ported_out": lazy("Moved to another operator"),
    },
    "port_rule": PORT_RULES,
    "port_in": {
        "new": lazy("To be asked for"),
        "asked": lazy("Asked for"),
        "accepted": lazy("Comes on its day"),
        "active": lazy("Here"),
        "refused": lazy("Refused"),
        "cancelled": lazy("Cancelled"),
    },
    "request": {
        "pending": lazy("Waits for a manager"),
        "approved": lazy("Approved"),
        "refused": lazy("Refused"),
        "expired": lazy("Expired"),
    },
    "activation": {
        "received": lazy("Received"),
        "kyc_pending": lazy("Identity is checked"),
        "kyc_rejected": lazy("Identity not confirmed"),
        "provisioning": lazy("With the network"),
        "active": lazy("Active"),
        "escalated": lazy("Needs a person"),
        "cancelled": lazy("Cancelled"),
    },
    "profile": {
        "released": lazy("Ready to download"),
        "downloaded": lazy("Downloaded"),
        "installed": lazy("Installed"),
        "enabled": lazy("In use"),
        "deleted": lazy("Deleted"),
    },
    "stock": {
        "available": lazy("Available"),
        "reserved": lazy("Reserved"),
        "in_use": lazy("In use"),
        "quarantined": lazy("Resting"),
        "ported_out": lazy("Ported out"),
        "sim": lazy("SIM cards"),
        "esim": lazy("eSIM profiles"),
        "number": lazy("Numbers"),
    },
    "issue": {
        "outage": lazy("There is an outage here"),
        "not_activated": lazy("The line is not activated"),
        "not_registered": lazy("The device does not register"),
        "outgoing_blocked": lazy("Outgoing use is barred"),
        "throttled": lazy("The line is slowed down"),
        "weak_signal": lazy("The signal is weak"),
        "high_latency": lazy("Answers take long"),
        "slow_data": lazy("Data is slow"),
    },
}
