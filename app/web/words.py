"""Words for stored values that every surface uses alike."""

from typing import Any

from app.core.i18n import lazy

SERVICES: dict[str, Any] = {"mobile": lazy("Mobile"), "fibre": lazy("Fibre"), "tv": lazy("TV")}
MODES: dict[str, Any] = {"prepaid": lazy("Prepaid"), "postpaid": lazy("Postpaid")}
USAGE: dict[str, Any] = {"data": lazy("Data"), "voice": lazy("Calls"), "sms": lazy("SMS")}
PORT_RULES: dict[str, Any] = {
    "line_active": lazy("The line is an active mobile line"),
    "active_long_enough": lazy("It has been active long enough"),
    "bills_paid": lazy("What is billed is paid, except what is disputed"),
    "sim_not_changed": lazy("The SIM was not changed lately"),
    "owner_not_changed": lazy("The owner did not change lately"),
    "no_contract": lazy("No contract binds it"),
    "no_court_order": lazy("No court bars it"),
    "not_leaving": lazy("It is not about to be disconnected"),
}
