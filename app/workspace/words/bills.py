"""Bills, their charges, runs and disputes."""

from typing import Any

from app.core.i18n import lazy

BILLS: dict[str, dict[str, Any]] = {
    "invoice": {
        "open": lazy("Open"),
        "paid": lazy("Paid"),
        "void": lazy("Void"),
        "written_off": lazy("Written off"),
    },
    "bad_debt": {
        "written_off": lazy("Written off"),
        "undone": lazy("Owed again"),
        "recovered": lazy("Paid after all"),
    },
    "run": {
        "planned": lazy("Planned"),
        "running": lazy("Running"),
        "stopped": lazy("Stopped"),
        "done": lazy("Done"),
        "failed": lazy("Failed"),
    },
    "dispute": {
        "open": lazy("Open"),
        "upheld": lazy("Upheld"),
        "partly": lazy("Partly upheld"),
        "refused": lazy("Refused"),
        "withdrawn": lazy("Withdrawn"),
    },
    "hold": {"dispute": lazy("Disputed"), "payment_plan": lazy("Payment plan")},
    "standing": {
        "usual": lazy("As usual"),
        "first": lazy("First bill"),
        "doubled": lazy("Twice as much or more"),
        "halved": lazy("Half as much or less"),
        "nothing": lazy("Nothing this time"),
    },
    "charge": {
        "data": lazy("Data beyond the allowance"),
        "voice": lazy("Calls beyond the allowance"),
        "sms": lazy("Messages beyond the allowance"),
        "carried_on": lazy("Credit carried over to the next bill"),
        "carried_over": lazy("Credit from the last bill"),
        "given_back": lazy("Credited on earlier bills"),
    },
    "charge_kind": {
        "recurring": lazy("by the month"),
        "prorated_credit": lazy("days given back"),
        "prorated_charge": lazy("part of a month"),
        "usage": lazy("usage"),
        "add_on": lazy("add-on"),
        "credit": lazy("credit"),
        "discount": lazy("discount"),
    },
}
