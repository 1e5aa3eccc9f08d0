"""What billing administrators read for the values that catalogue and policies store."""

import json
from typing import Any

from app.backoffice import bp
from app.catalog.names import SERVICES
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.web.filters import spoken
from app.web.words import DUNNING, MODES, PREPAID_TRANSFER, USAGE

WORDS: dict[str, dict[str, Any]] = {
    "kind": {"plan": lazy("Plan"), "add_on": lazy("Add-on")},
    "service": SERVICES,
    "mode": MODES,
    "usage": USAGE,
    "discount": {
        "bundle": lazy("Bundle of services"),
        "volume": lazy("By monthly amount"),
        "tenure": lazy("By months as a customer"),
        "multi_line": lazy("By number of lines"),
        "promotion": lazy("Promotion with a code"),
    },
    "condition": {
        "markets": lazy("Markets"),
        "segments": lazy("Segments"),
        "cities": lazy("Cities"),
        "plans": lazy("With one of these plans"),
        "without_plans": lazy("Without these plans"),
        "services": lazy("Together with these services"),
        "min_tenure_months": lazy("Months as a customer, from"),
        "max_tenure_months": lazy("Months as a customer, up to"),
        "min_account_days": lazy("Days of the account, from"),
        "max_account_days": lazy("Days of the account, up to"),
        "min_lines": lazy("Lines, from"),
        "max_lines": lazy("Lines, up to"),
    },
    "policy": {
        "timezone": lazy("Clock"),
        "tax_rate": lazy("Tax rate"),
        "interval": lazy("Day on which something ends"),
        "proration": lazy("Part of a month"),
        "money_rounding": lazy("Rounding of money"),
        "rate_rounding": lazy("Rounding of usage"),
        "tariff_boundary": lazy("Call over a change of tariff"),
        "tax_inclusive": lazy("Prices contain the tax"),
        "tax_rounding": lazy("Tax is rounded"),
        "tax_halves": lazy("Tax shared by two authorities"),
        "bucket_order": lazy("Order of allowances"),
        "overage": lazy("Usage beyond the allowance"),
        "due_days": lazy("Days to pay a bill"),
        "dunning": lazy("Steps when a bill is not paid"),
        "late_usage": lazy("Usage that arrives late"),
        "inactive_days": lazy("Days without use until a line is closed"),
        "port_active_days": lazy("Days active before a number may leave"),
        "port_sim_days": lazy("Days after a SIM swap before a number may leave"),
        "port_owner_days": lazy("Days after a change of owner before a number may leave"),
        "port_dues": lazy("Unpaid bills that keep a number here"),
        "port_hand_over_days": lazy("Days until a number is handed over"),
        "deposit_yearly": lazy("Interest a year on a deposit given back late"),
        "port_code_days": lazy("Days that a port-out code is valid"),
        "port_cancel_hours": lazy("Hours to cancel a port-out"),
        "quarantine_days": lazy("Days until a number is given out again"),
        "closure_days": lazy("Days to close a line on request"),
        "deposit_days": lazy("Days to give a deposit back"),
        "prepaid_transfer": lazy("A prepaid line moves to another account"),
        "quiet_hours": lazy("Hours in which no SMS wakes anybody"),
        "bot_talk_cost": lazy("Cost of a talk with the bot"),
        "agent_minute_cost": lazy("Cost of a minute of a person"),
        "bot_stuck_minutes": lazy("Minutes until an unanswered talk goes to a person"),
        "bot_memory_days": lazy("Days that the bot remembers a talk"),
        "access_alerts": lazy("When looks at data are odd"),
        "call_days": lazy("Days that calls of providers are kept as they came"),
    },
    "chat_field": {
        "name": lazy("Name"),
        "email": lazy("E-mail"),
        "topic": lazy("What it is about"),
    },
    "chat_ask": {
        "no": lazy("not asked"),
        "may": lazy("may be left empty"),
        "must": lazy("must be filled in"),
    },
    "interval": {
        "half_open": lazy("belongs to what follows"),
        "inclusive": lazy("belongs to what ends"),
    },
    "proration": {
        "actual_days": lazy("by the days of the month"),
        "fixed_30": lazy("as if every month had 30 days"),
    },
    "money_rounding": {
        "half_up": lazy("half a cent up"),
        "half_even": lazy("half a cent to the even cent"),
    },
    "rate_rounding": {"per_record": lazy("once per record")},
    "tariff_boundary": {
        "split": lazy("is split there"),
        "start_rate": lazy("keeps the rate it began with"),
    },
    "tax_rounding": {"per_invoice": lazy("once per bill"), "per_line": lazy("on every line")},
    "bucket_order": {
        "expiry": lazy("soonest expiry"),
        "priority": lazy("priority"),
        "age": lazy("oldest"),
    },
    "overage": {
        "money": lazy("is charged in money"),
        "carry": lazy("is carried to the next period"),
    },
    "port_dues": {
        "issued": lazy("every one that is issued, except what is disputed"),
        "overdue": lazy("those past their day, except what is disputed"),
        "none": lazy("not one of them"),
    },
    "prepaid_transfer": PREPAID_TRANSFER,
    "late_usage": {"next_bill": lazy("on the next bill, as prior usage")},
    "action": DUNNING,
}


def words(value: object, kind: str) -> str:
    """The words for a stored value; the value itself where there are none."""
    return str(WORDS[kind].get(str(value), value))


def setting(value: Any, policy: str) -> str:
    """A policy's stored value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if policy == "dunning":
        return ", ".join(
            _("day %(day)s: %(action)s", day=step["after_days"],
              action=words(step["action"], "action"))
            for step in value
        ) or "—"  # fmt: skip
    if value is None:
        return "—"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, list):
        read = [words(each, policy) if policy in WORDS else str(each) for each in value]
        return " → ".join(read) or "—"
    return words(value, policy) if policy in WORDS else str(value)


bp.add_app_template_filter(spoken(words), "office")
bp.add_app_template_filter(spoken(setting), "setting")
