"""Variables of other systems' replies, as ours. What is not known stays, and is refused. Pure."""

import hashlib
import re

_LONGEST = 40
_DIGEST = 8
_THEIRS = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_OURS = {
    "ticket.requester.name": "customer.name",
    "ticket.requester.first_name": "customer.first_name",
    "ticket.assignee.name": "agent.name",
    "ticket.assignee.first_name": "agent.name",
    "current_user.name": "agent.name",
    "current_user.first_name": "agent.name",
    "ticket.id": "ticket.reference",
    "ticket.title": "ticket.subject",
    "contact.name": "customer.name",
    "contact.first_name": "customer.first_name",
    "agent.name": "agent.name",
    "agent.first_name": "agent.name",
    "conversation.id": "ticket.reference",
}


def ours(text: str) -> str:
    return _THEIRS.sub(lambda found: "{" + _OURS.get(found[1], found[1]) + "}", text)


def shortcut(text: str) -> str:
    """As a shortcut is written, from whatever stands there."""
    return "-".join(re.findall(r"[^\W_]+", text.lower()))[:_LONGEST].strip("-")


def address(name: str) -> str:
    """As the address of an article is written. What cannot be seen in it any more is still told
    apart, by a digest: two names never have one address."""
    plain = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    if plain == name and len(plain) <= _LONGEST:
        return plain
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{plain[: _LONGEST - _DIGEST - 1].strip('-')}-{digest}"
