"""The chats on operators' sites: opened, set up, switched and given a secret by administrators."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.audit import service as audit
from app.conversations import chat_settings
from app.conversations.models import Inbox
from app.conversations.service import inboxes
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.i18n import LANGUAGES
from app.core.secrets import new_token
from app.customers import contact
from app.messaging import access, hours
from app.messaging.service.chat_mail import WEBCHAT

USUAL_ACCENT = "#0f766e"
_LONGEST_TITLE = 60
_LONGEST_GREETING = 300
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def open_chat(*, by: Actor, market_code: str, name: str, language: str) -> Inbox:
    """A new one. It is on, and nowhere to be seen before it is told its sites."""
    return inboxes.open_inbox(
        by=by,
        channel=WEBCHAT,
        name=contact.plain_text(name, field="name", longest=80),
        market_code=market_code,
        language=contact.language_code(language),
    )


def chat_for(by: Actor, inbox_id: UUID, *, lock: bool = False) -> Inbox:
    """Raises NotFound for an inbox of any other channel."""
    inbox = access.inbox_for(by, inbox_id, "inboxes.manage", lock=lock)
    if inbox.channel != WEBCHAT:
        raise NotFound
    return inbox


def set_up(
    inbox_id: UUID,
    *,
    by: Actor,
    name: str,
    language: str,
    origins: Sequence[str],
    accent: str,
    titles: Mapping[str, str],
    greetings: Mapping[str, str],
    bot_on: bool,
    weekly: Mapping[str, Any],
    chat: Mapping[str, Any],
) -> Inbox:
    """Change how it looks and meets visitors; `chat` is what `chat_settings.checked` takes.
    Raises Invalid."""
    with db.transaction():
        inbox = chat_for(by, inbox_id, lock=True)
        inboxes.change(
            inbox,
            by=by,
            name=contact.plain_text(name, field="name", longest=80),
            language=contact.language_code(language),
            allowed_origins=chat_settings.checked_origins(origins),
            theme=_theme(accent, titles, greetings),
            bot_on=bot_on,
            hours=hours.checked(weekly),
            chat=chat_settings.checked(**chat),
        )
    return inbox


def turn(inbox_id: UUID, *, on: bool, by: Actor) -> Inbox:
    """Off: it is not shown on any site. Who talks there now goes on to the end of her talk."""
    with db.transaction():
        inbox = chat_for(by, inbox_id, lock=True)
        inboxes.change(inbox, by=by, is_on=on)
    return inbox


def renew_secret(inbox_id: UUID, *, by: Actor) -> str:
    """What sites sign their customers' identity with, told this once. The one before is good for
    nothing any more."""
    with db.transaction():
        inbox = chat_for(by, inbox_id, lock=True)
        inbox.secret = new_token()
        audit.record(by, "inbox.secret_renewed", "inbox", inbox.id)
    return inbox.secret


def _theme(accent: str, titles: Mapping[str, str], greetings: Mapping[str, str]) -> dict[str, Any]:
    if not _COLOUR.fullmatch(accent.lower()):
        raise Invalid(field="accent")
    return {
        "accent": accent.lower(),
        "title": _by_language(titles, "title", _LONGEST_TITLE),
        "greeting": _by_language(greetings, "greeting", _LONGEST_GREETING),
    }


def _by_language(texts: Mapping[str, str], field: str, longest: int) -> dict[str, str]:
    if set(texts) - set(LANGUAGES):
        raise Invalid(field=field)
    return {
        language: contact.plain_text(text, field=field, longest=longest)
        for language, text in texts.items()
        if text.strip()
    }
