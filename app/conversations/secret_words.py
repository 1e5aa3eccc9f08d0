"""A secret that the bot tells without knowing it: it gets a blank, the application fills it in.

A blank is the secret sealed for one conversation, so the bot's memory, its logs and whoever reads
them hold nothing of it. What a message says of it is covered a while later (service/covering.py).
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag

from app.core.secrets import sealed, unsealed

Span = tuple[int, int]

COVER = "•"
_BLANK = re.compile(r"⟦([\w=-]{16,400})⟧", re.ASCII)
_NOT_OPENED = COVER * 4


def blank(secret: str, conversation_id: UUID) -> str:
    """To stand in the bot's words in place of the secret."""
    return f"⟦{urlsafe_b64encode(sealed(secret.encode(), _place(conversation_id))).decode()}⟧"


def filled(text: str, conversation_id: UUID) -> tuple[str, list[Span]]:
    """The text with its blanks filled in, and where in it the secrets stand. A blank of another
    conversation is covered."""
    told, spans, kept_to = "", [], 0
    for found in _BLANK.finditer(text):
        secret = _opened(found[1], conversation_id)
        told += text[kept_to : found.start()]
        if secret is not None:
            spans.append((len(told), len(told) + len(secret)))
        told += secret or _NOT_OPENED
        kept_to = found.end()
    return told + text[kept_to:], spans


def covered(text: str, spans: Sequence[Span]) -> str:
    """As long as before, so that the places stay the same."""
    for start, end in spans:
        text = text[:start] + COVER * (end - start) + text[end:]
    return text


def _opened(written: str, conversation_id: UUID) -> str | None:
    try:
        return unsealed(urlsafe_b64decode(written), _place(conversation_id)).decode()
    except (InvalidTag, ValueError):
        return None


def _place(conversation_id: UUID) -> str:
    return f"conversation.blank:{conversation_id}"
