"""What a hand-over becomes: its subject, topic and priority. Pure."""

from typing import Any

from app.core.i18n import lazy, speaking
from app.tickets.models import Priority, TicketType, Topic

_SUBJECTS: dict[str, Any] = {
    "check_balance": lazy("Question about the balance"),
    "check_usage": lazy("Question about usage"),
    "view_bill": lazy("Question about the bill"),
    "dispute_charge": lazy("A charge is disputed"),
    "make_payment": lazy("Help with a payment"),
    "top_up": lazy("Help with a top-up"),
    "payment_failed": lazy("A payment did not arrive"),
    "set_up_autopay": lazy("Automatic payment"),
    "request_refund": lazy("A refund is requested"),
    "list_plans": lazy("Question about plans"),
    "change_plan": lazy("Change of plan"),
    "buy_addon": lazy("Extra package"),
    "cancel_service": lazy("Wants to cancel"),
    "activate_sim": lazy("Activation of a SIM"),
    "report_lost_sim": lazy("Lost or stolen SIM"),
    "get_puk": lazy("PUK needed"),
    "port_number": lazy("Moving a number"),
    "network_problem": lazy("Network problem"),
    "roaming_info": lazy("Use abroad"),
    "ticket_status": lazy("Question about a ticket"),
    "left_message": lazy("A message was left in the chat"),
    "update_contact": lazy("Change of contact details"),
    "care": lazy("Needs care at once"),
}
_ANY_SUBJECT = lazy("Wants to talk to a person")

_PRESSING = frozenset({"report_lost_sim", "cancel_service", "payment_failed", "network_problem"})
_RANKS = (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)


def subject_of(intent: str, language: str) -> str:
    """In the customer's language, who reads it too."""
    with speaking(language):
        return str(_SUBJECTS.get(intent, _ANY_SUBJECT))


def topic_of(topic: str) -> Topic:
    """Unknown topics are other."""
    return Topic(topic) if topic in set(Topic) else Topic.OTHER


def type_of(topic: Topic) -> TicketType:
    """Until somebody who has read it says otherwise."""
    return TicketType.FAULT if topic is Topic.TECHNICAL else TicketType.REQUEST


def priority_of(intent: str, segment: str | None) -> Priority:
    """Pressing intents go before the rest, companies one step before everybody; before all who may
    be in danger."""
    if intent == "care":
        return Priority.URGENT
    rank = 2 if intent in _PRESSING else 1
    return _RANKS[rank + 1] if segment == "enterprise" else _RANKS[rank]
