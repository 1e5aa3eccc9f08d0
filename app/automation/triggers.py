"""What rules can begin with. Pure."""

from dataclasses import dataclass
from typing import Any

from app.core.i18n import lazy


@dataclass(frozen=True, slots=True)
class Trigger:
    """`by_time` ones are found by a sweep, so many minutes after something began to be so."""

    name: str
    words: Any
    by_time: bool = False


_ALL = (
    Trigger("ticket.opened", lazy("A ticket is opened")),
    Trigger("ticket.accepted", lazy("Somebody takes a ticket")),
    Trigger("ticket.transferred", lazy("A ticket is passed on")),
    Trigger("ticket.changed", lazy("State, priority or topic of a ticket changes")),
    Trigger("ticket.resolved", lazy("A ticket is resolved")),
    Trigger("ticket.reopened", lazy("A ticket is reopened")),
    Trigger("ticket.woken", lazy("A ticket wakes up")),
    Trigger("conversation.started", lazy("A conversation begins")),
    Trigger("conversation.rated", lazy("The customer rates a conversation")),
    Trigger("message.customer", lazy("The customer writes")),
    Trigger("message.reply", lazy("An agent answers")),
    Trigger("sla.warned", lazy("A promise is about to be broken")),
    Trigger("sla.breached", lazy("A promise is broken")),
    Trigger("time.unassigned", lazy("Nobody has taken a ticket for"), by_time=True),
    Trigger("time.pending", lazy("A ticket has waited for the customer for"), by_time=True),
    Trigger("time.unanswered", lazy("The customer's last message has no answer for"), by_time=True),
    Trigger("time.open", lazy("A ticket has been open for"), by_time=True),
    Trigger("time.resolved", lazy("A ticket has been resolved for"), by_time=True),
)
TRIGGERS = {each.name: each for each in _ALL}
