"""One message as sockets, replay and pages show it."""

from datetime import UTC
from typing import Any

from app.conversations import activity
from app.conversations.models import Author, Message, MessageKind
from app.core.i18n import gettext as _

# What `extra` shows to people; the rest is for the bot's review or told in other fields.
_SHOWN = ("buttons", "card", "edited", "withdrawn")
# What only staff see of it: how far it came, the subject of a mail, why it is not sure who wrote.
_SHOWN_TO_STAFF = ("understood", "delivery", "mail", "doubt", "files_refused", "files_missing")


def is_for_customers(message: Message) -> bool:
    """As `queries` choose them."""
    inner = message.extra.get("activity") in activity.FOR_STAFF
    return message.kind is not MessageKind.NOTE and not inner


def as_message(message: Message, for_staff: bool) -> dict[str, Any]:
    """Plain values, ready for JSON. A customer never gets here with a note: queries leave it out.

    Activities are put in the language in use.
    """
    names = _SHOWN + _SHOWN_TO_STAFF if for_staff else _SHOWN
    shown = {name: message.extra[name] for name in names if name in message.extra}
    return {
        "id": str(message.id),
        "seq": message.seq,
        "kind": message.kind.value,
        "author": {"kind": message.author.value, "name": _author_name(message)},
        "text": _text(message),
        "extra": shown,
        "attachments": message.extra.get("attachments", []),
        "at": message.at.astimezone(UTC).isoformat(),
        "key": message.client_key,
    }


def _author_name(message: Message) -> str:
    if message.author is Author.CUSTOMER and not message.author_name:
        return _("Visitor")
    return message.author_name


def _text(message: Message) -> str:
    if message.kind is not MessageKind.ACTIVITY:
        return message.body
    return activity.text_of(message.extra["activity"], message.extra.get("params", {}))
