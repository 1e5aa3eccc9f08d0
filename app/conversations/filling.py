"""Prepared texts with variables: `{customer.first_name}`. Names are looked up and put in once:
nothing of a value is ever read as a variable, nor as code. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from app.conversations.errors import UnknownVariable
from app.core.i18n import lazy

# What each stands for, as it is told to who writes a reply.
VARIABLES: dict[str, Any] = {
    "customer.first_name": lazy("The customer's first name"),
    "customer.name": lazy("The customer's whole name"),
    "customer.reference": lazy("The customer's number"),
    "agent.name": lazy("Your name"),
    "ticket.reference": lazy("The number of the ticket"),
    "ticket.subject": lazy("What the ticket is about"),
    "line.number": lazy("The last digits of the customer's line"),
    "market.name": lazy("The name of the market"),
}
# As they were written before there were others.
_ALIASES = {"customer": "customer.first_name", "agent": "agent.name"}
_VARIABLE = re.compile(r"\{([^{}\n]*)\}")
_BEFORE_A_STOP = re.compile(r" +([,.!?])")


def checked(body: str) -> str:
    """The text itself. Raises UnknownVariable, which names what nobody fills in."""
    for name in _VARIABLE.findall(body):
        if _ALIASES.get(name, name) not in VARIABLES:
            raise UnknownVariable(name)
    return body


def filled(body: str, values: Mapping[str, str]) -> str:
    """What is not known is left out, with the space before a comma or a full stop."""
    text = _VARIABLE.sub(lambda found: _value(found[1], values), body)
    return _BEFORE_A_STOP.sub(r"\1", text)


def _value(name: str, values: Mapping[str, str]) -> str:
    return values.get(_ALIASES.get(name, name), "")
