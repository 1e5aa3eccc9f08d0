"""What becomes of a text before it is stored. Pure."""

import re
import unicodedata

from app.conversations.cards import without_card_numbers
from app.conversations.errors import EmptyMessage, MessageTooLong, UnreadableMessage
from app.core.errors import Invalid
from app.core.storable import is_storable

LONGEST = 4000
_CLIENT_KEY = re.compile(r"[A-Za-z0-9:._-]{1,80}")
_ALLOWED_CONTROLS = {"\n", "\t"}


def cleaned(text: object, *, may_be_empty: bool = False) -> str:
    """One newline style, no blank edges, card numbers cut to their last four.

    Raises UnreadableMessage for NUL, lone surrogates and other control characters, EmptyMessage,
    MessageTooLong (counted after cleaning).
    """
    if not isinstance(text, str):
        raise UnreadableMessage
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(plain) > LONGEST:  # before each sign of it is looked at: there may be a million
        raise MessageTooLong
    if any(not _is_readable(sign) for sign in plain):
        raise UnreadableMessage
    if not plain and not may_be_empty:
        raise EmptyMessage
    return without_card_numbers(plain)


def _is_readable(sign: str) -> bool:
    return sign in _ALLOWED_CONTROLS or unicodedata.category(sign) not in {"Cc", "Cs"}


def readable(text: object) -> str:
    """Text that PostgreSQL can hold, or UnreadableMessage."""
    if not isinstance(text, str) or not is_storable(text):
        raise UnreadableMessage
    return text


def checked_key(client_key: object) -> str:
    """A sender's own key for one message: 1 to 80 letters, digits and `:._-`."""
    if not isinstance(client_key, str) or not _CLIENT_KEY.fullmatch(client_key):
        raise Invalid(field="client_key")
    return client_key


def shortened(text: object, longest: int) -> str:
    """For what a program tells about a customer: never refused, only cut to what can be kept."""
    plain = str(text).replace("\x00", "").encode(errors="ignore").decode()
    return without_card_numbers(plain)[:longest]
