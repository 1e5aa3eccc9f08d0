"""Words for stored values that every surface uses alike."""

from typing import Any

from app.core.i18n import lazy

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
DUNNING: dict[str, Any] = {
    "notice": lazy("Send a notice"),
    "block_outgoing": lazy("Bar outgoing use"),
    "disconnect": lazy("Disconnect"),
}
PREPAID_TRANSFER: dict[str, Any] = {
    "refused": lazy("not at all"),
    "credit": lazy("with its credit; its allowances end"),
    "all": lazy("with its credit and what is left of its allowances"),
}
ALERTS: dict[str, Any] = {
    "open": lazy("Open"),
    "explained": lazy("Explained"),
    "confirmed": lazy("Not allowed"),
}
# What rules and macros do, and what came of it.
AUTOMATION: dict[str, Any] = {
    "done": lazy("done"),
    "partly": lazy("partly done"),
    "nothing": lazy("nothing to change"),
    "refused": lazy("refused"),
    "failed": lazy("failed"),
    "stopped": lazy("stopped"),
    "priority": lazy("Priority"),
    "topic": lazy("Topic"),
    "tags": lazy("Tags"),
    "status": lazy("State"),
    "assignee": lazy("Whose"),
    "reply": lazy("Prepared reply"),
    "note": lazy("Note"),
    "notice": lazy("Notice"),
    "type": lazy("Type"),
    "snooze": lazy("Sleeps, in minutes"),
    "webhook": lazy("Other system"),
    "workflow": lazy("Workflow"),
}
