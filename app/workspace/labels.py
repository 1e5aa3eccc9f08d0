"""What people read for the values that the domains store, and the small signs beside names."""

from typing import Any

from markupsafe import Markup

from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.web.filters import icon
from app.workspace import bp

LABELS: dict[str, dict[str, Any]] = {
    "conversation": {
        "bot": lazy("With the bot"),
        "waiting": lazy("Waiting"),
        "open": lazy("Open"),
        "resolved": lazy("Resolved"),
    },
    "ticket": {
        "new": lazy("New"),
        "open": lazy("Open"),
        "pending": lazy("Waits for the customer"),
        "resolved": lazy("Resolved"),
        "closed": lazy("Closed"),
    },
    "priority": {
        "low": lazy("Low"),
        "normal": lazy("Normal"),
        "high": lazy("High"),
        "urgent": lazy("Urgent"),
    },
    "role": {
        "agent": lazy("Agent"),
        "manager": lazy("Manager"),
        "supervisor": lazy("Supervisor"),
        "billing_administrator": lazy("Billing administrator"),
        "marketing_analyst": lazy("Marketing analyst"),
        "field_technician": lazy("Field technician"),
        "network_operations": lazy("Network operations"),
        "administrator": lazy("Administrator"),
        "auditor": lazy("Auditor"),
    },
    "topic": {
        "billing": lazy("Billing"),
        "technical": lazy("Technical"),
        "sales": lazy("Sales"),
        "account": lazy("Account"),
        "other": lazy("Other"),
    },
    "channel": {
        "webchat": lazy("Chat"),
        "chat": lazy("Chat"),
        "email": lazy("E-mail"),
        "sms": lazy("SMS"),
        "whatsapp": lazy("WhatsApp"),
        "voice": lazy("Call"),
    },
    "service": {"mobile": lazy("Mobile"), "fibre": lazy("Fibre"), "tv": lazy("TV")},
    "mode": {"prepaid": lazy("Prepaid"), "postpaid": lazy("Postpaid")},
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
    "usage": {"data": lazy("Data"), "voice": lazy("Calls"), "sms": lazy("SMS")},
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
        "quota": lazy("Data used up"),
    },
    "invoice": {"open": lazy("Open"), "paid": lazy("Paid"), "void": lazy("Void")},
    "payment": {
        "created": lazy("Prepared"),
        "pending": lazy("Pending"),
        "succeeded": lazy("Paid"),
        "declined": lazy("Declined"),
        "unknown": lazy("Being checked"),
        "refunded": lazy("Refunded"),
    },
    "language": {"en": lazy("English"), "es": lazy("Spanish"), "pt": lazy("Portuguese")},
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
    "wish": {
        "check_balance": lazy("Know the balance"),
        "check_usage": lazy("Know what is left"),
        "view_bill": lazy("See the bill"),
        "dispute_charge": lazy("Dispute a charge"),
        "make_payment": lazy("Pay the bill"),
        "top_up": lazy("Top up"),
        "payment_failed": lazy("Find a payment that did not arrive"),
        "set_up_autopay": lazy("Set up automatic payment"),
        "request_refund": lazy("Get a refund"),
        "list_plans": lazy("Know the plans"),
        "change_plan": lazy("Change the plan"),
        "buy_addon": lazy("Buy an add-on"),
        "cancel_service": lazy("Cancel the service"),
        "activate_sim": lazy("Activate a SIM"),
        "report_lost_sim": lazy("Block a lost or stolen SIM"),
        "get_puk": lazy("Unlock the SIM with its PUK"),
        "port_number": lazy("Move the number"),
        "network_problem": lazy("Solve a network problem"),
        "roaming_info": lazy("Use the phone abroad"),
        "ticket_status": lazy("Know how a case is going"),
        "update_contact": lazy("Change contact details"),
        "talk_to_agent": lazy("Talk to a person"),
        "other": lazy("The bot did not understand"),
        "unknown": lazy("The bot was not available"),
    },
    "fact": {
        "plan_code": lazy("Plan"),
        "plan_name": lazy("Plan"),
        "amount": lazy("Amount"),
        "currency": lazy("Currency"),
        "phone_number": lazy("Phone number"),
        "ticket_number": lazy("Ticket"),
        "date": lazy("Date"),
        "country": lazy("Country"),
        "data_volume": lazy("Data volume"),
        "email": lazy("E-mail"),
        "iccid": lazy("SIM number"),
        "payment_method": lazy("Payment method"),
    },
    "handover": {
        "asked": lazy("Asked for a person"),
        "not_understood": lazy("The bot did not understand"),
        "verification": lazy("The customer could not be verified"),
        "refused": lazy("The bot was not allowed to do it"),
        "error": lazy("Something failed"),
        "bot_unavailable": lazy("The bot was not available"),
    },
}


def label(value: object, kind: str) -> str:
    """The words for a value; the value itself, readable, where there are none."""
    text = str(value)
    known = LABELS[kind].get(text) or LABELS[kind].get(text.partition(":")[0])
    return str(known) if known else text.replace("_", " ")


def initials(name: str) -> str:
    """At most two letters for the round sign of a person."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if words[1:] else words)).upper()


def shield(verification: str, *, words: bool = True) -> Markup:
    """How sure we are who writes; `words` says it beside the sign as well."""
    sure = verification == "identity"
    text = _("Verified") if sure else _("Not verified")
    css = "" if words else "visually-hidden"
    sign = icon("shield-check" if sure else "shield-x")
    return Markup(
        '<span class="shield shield-{}" title="{}">{}<span class="{}">{}</span></span>'
    ).format(verification, text, sign, css, text)


bp.add_app_template_filter(label)
bp.add_app_template_filter(initials)
bp.add_app_template_global(shield)
