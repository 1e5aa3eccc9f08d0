"""How an inbox meets visitors before anybody writes: its forms, its invitations, who is there."""

from typing import Any

from app.conversations import chat_settings
from app.conversations.chat_settings import TOPICS, Introduction
from app.conversations.models import Inbox
from app.core import i18n
from app.core.i18n import lazy
from app.messaging.service import chat_mail, presence
from app.web.input import text

FIELDS = chat_settings.FIELDS
_TOPICS: dict[str, Any] = {
    "billing": lazy("Bills and payments"),
    "technical": lazy("Network and devices"),
    "sales": lazy("Plans and offers"),
    "account": lazy("My account"),
    "other": lazy("Something else"),
}


def meeting(inbox: Inbox) -> dict[str, Any]:
    """In the language in use. What would be answered by mail is not offered where none leaves."""
    settings = chat_settings.read(inbox.chat)
    mails = chat_mail.inbox_of(inbox.market_code) is not None
    language = i18n.language()
    return {
        "before": {name: asked.value for name, asked in settings.before.items()},
        "topics": [{"value": topic, "title": str(_TOPICS[topic])} for topic in TOPICS],
        "mails": mails,
        "takes_messages": mails and settings.takes_messages,
        "with_bot": inbox.bot_on,
        "anybody_there": presence.is_anybody_there(inbox),
        "invitations": [
            {"page": each.page, "seconds": each.seconds, "words": each.words[language]}
            for each in settings.invitations
            if language in each.words
        ],
    }


def introduction(sent: dict[str, Any]) -> Introduction:
    """As the widget's forms send it."""
    return Introduction(*(text(sent, name) for name in FIELDS))
