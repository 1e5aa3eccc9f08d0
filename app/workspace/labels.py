"""What people read for the values that the domains store, and the small signs beside names."""

from typing import Any

from markupsafe import Markup

from app.conversations import activity
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.payments import declines, methods
from app.subscriptions.blocking import rule_of
from app.web.filters import icon, spoken
from app.web.login import current_actor
from app.web.words import MODES, PORT_RULES, SERVICES, USAGE
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
    "channel": {**activity.CHANNELS, "chat": lazy("Chat")},
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
    "transfer": {
        "waiting": lazy("Waits for the other customer"),
        "agreed": lazy("Agreed"),
        "done": lazy("Done"),
        "refused": lazy("Refused"),
        "cancelled": lazy("Cancelled"),
        "expired": lazy("Expired"),
    },
    "leaving": {
        "request": lazy("Customer's request"),
        "inactive": lazy("Not used for long"),
        "fraud": lazy("Fraud"),
        "death": lazy("Death of the customer"),
        "ported_out": lazy("Moved to another operator"),
        "dunning": lazy("Bills not paid"),
        "transferred": lazy("Moved to another account"),
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
    "customer": {"person": lazy("Person"), "company": lazy("Company")},
    "activation": {
        "received": lazy("Received"),
        "kyc_pending": lazy("Identity is checked"),
        "kyc_rejected": lazy("Identity not confirmed"),
        "provisioning": lazy("With the network"),
        "active": lazy("Active"),
        "escalated": lazy("Needs a person"),
        "cancelled": lazy("Cancelled"),
    },
    "check": {
        "pending": lazy("Being checked"),
        "verified": lazy("Confirmed"),
        "rejected": lazy("Not confirmed"),
    },
    "paper": {
        "aadhaar": lazy("Aadhaar"),
        "pan": lazy("PAN"),
        "cpf": lazy("CPF"),
        "curp": lazy("CURP"),
        "passport": lazy("Passport (machine-readable lines)"),
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
    "weekday": {
        "mon": lazy("Monday"),
        "tue": lazy("Tuesday"),
        "wed": lazy("Wednesday"),
        "thu": lazy("Thursday"),
        "fri": lazy("Friday"),
        "sat": lazy("Saturday"),
        "sun": lazy("Sunday"),
    },
    "template": {
        "pending": lazy("Waits for the provider"),
        "approved": lazy("Approved"),
        "rejected": lazy("Rejected"),
        "paused": lazy("Paused"),
    },
    "delivery": {
        "queued": lazy("Waits to be sent"),
        "retrying": lazy("The provider does not answer; we try again"),
        "sent": lazy("Sent"),
        "delivered": lazy("Delivered"),
        "read": lazy("Read"),
        "failed": lazy("Not delivered"),
    },
    "notice": {
        "queued": lazy("Waits to be sent"),
        "leaving": lazy("On its way"),
        "sent": lazy("Sent"),
        "failed": lazy("Not delivered"),
    },
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
    "payment": {
        "created": lazy("Prepared"),
        "pending": lazy("Pending"),
        "succeeded": lazy("Paid"),
        "declined": lazy("Declined"),
        "unknown": lazy("Being checked"),
        "refunded": lazy("Refunded"),
        "cancelled": lazy("Reversed"),
    },
    "refund": {
        "requested": lazy("On its way"),
        "succeeded": lazy("Given back"),
        "refused": lazy("Refused"),
    },
    "refund_to": {"method": lazy("To where it came from"), "bank": lazy("By bank transfer")},
    "chargeback": {
        "opened": lazy("Opened"),
        "represented": lazy("Contested"),
        "won": lazy("Won"),
        "lost": lazy("Lost"),
    },
    "call": {
        "applied": lazy("Took effect"),
        "nothing_new": lazy("Nothing new"),
        "unknown_payment": lazy("Unknown payment"),
        "wrong_amount": lazy("Wrong amount"),
        "sent_back": lazy("Sent back"),
    },
    "book": {
        "receivable": lazy("Owed by customers"),
        "cash": lazy("Cash"),
        "revenue": lazy("Revenue"),
        "tax": lazy("Tax to pay"),
        "customer_credit": lazy("Credit of customers"),
        "prepaid": lazy("Prepaid balances"),
        "deposits": lazy("Deposits held"),
        "interest": lazy("Interest on deposits"),
        "refunds": lazy("Refunds on their way"),
        "unallocated": lazy("Unallocated money"),
        "chargebacks": lazy("Lost to chargebacks"),
        "vouchers": lazy("Vouchers sold by shops"),
        "promotions": lazy("Credit given away"),
        "bad_debt": lazy("Written off"),
        "recoveries": lazy("Paid after it was written off"),
        "unbalanced": lazy("Entry that does not sum to zero"),
    },
    "entry": {
        "invoice": lazy("Invoice"),
        "credit_note": lazy("Credit note"),
        "debit_note": lazy("Debit note"),
        "account_credit": lazy("Account credit"),
        "payment": lazy("Payment"),
        "refund_requested": lazy("Refund requested"),
        "refund_paid": lazy("Refund paid"),
        "refund_refused": lazy("Refund refused"),
        "chargeback_opened": lazy("Chargeback"),
        "chargeback_won": lazy("Chargeback won"),
        "cash": lazy("Money received"),
        "cash_returned": lazy("Money returned"),
        "voucher": lazy("Voucher"),
        "deposit_taken": lazy("Deposit taken"),
        "deposit_returned": lazy("Deposit given back"),
        "deposit_used": lazy("Deposit taken for a bill"),
        "bad_debt": lazy("Debt written off or back"),
        "prepaid_day": lazy("Prepaid use of a day"),
    },
    "deed": {
        "payments.refund": lazy("Refund"),
        "billing.credit": lazy("Credit"),
        "billing.debit": lazy("Debit note"),
        "billing.write_off": lazy("Write-off"),
    },
    "approval": {
        "waiting": lazy("Waiting"),
        "approved": lazy("Approved"),
        "refused": lazy("Refused"),
        "expired": lazy("Expired"),
    },
    "because": {
        "reference": lazy("named in the reference"),
        "amount": lazy("same amount"),
        "name": lazy("name of the payer"),
    },
    "method": methods.NAMES,
    "decline": declines.WORDS,
    "debit": {
        "planned": lazy("Planned"),
        "charging": lazy("Under way"),
        "done": lazy("Paid"),
        "declined": lazy("Declined"),
        "asking": lazy("Waits for the customer"),
        "dropped": lazy("Not needed"),
        "window": lazy("Waits for a window"),
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
    sure = verification != "none"
    text = {"identity": _("Verified"), "address": _("Known by the address")}.get(
        verification, _("Not verified")
    )
    css = "" if words else "visually-hidden"
    sign = icon("shield-check" if sure else "shield-x")
    return Markup(
        '<span class="shield shield-{}" title="{}">{}<span class="{}">{}</span></span>'
    ).format(verification, text, sign, css, text)


def may_lift(reason: str) -> bool:
    """Whether the one who looks may lift a block of this reason."""
    rule = rule_of(reason)
    return rule is not None and rule.may_lift(current_actor())


bp.add_app_template_filter(spoken(label), "label")
bp.add_app_template_global(may_lift)
bp.add_app_template_filter(initials)
bp.add_app_template_global(shield)
