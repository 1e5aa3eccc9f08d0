"""What people write never keeps a card number: the columns themselves see to it.

Every column of text or JSON cuts card numbers to their last four, whichever way a text comes:
forms, mails, chats, transcripts, the bot, machines. Left alone are identifiers, which are no words
and must come back as they went in: by the name of their column, and inside JSON of their key.
"""

import re
from typing import Any

from sqlalchemy import Column, String, Text, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.core.cards import SHORTEST, ascii_digits, without_card_numbers

_DIGIT = re.compile(r"\d")

IDENTIFIERS = frozenset(
    {
        "address",
        "client_id",
        "client_key",
        "code",
        "content",  # of a checkpoint, which is hashed
        "digest",
        "donor_code",
        "edition",
        "effect_key",
        "event_id",
        "external_id",
        "handle",
        "hosted_url",
        "house_ref",
        "iccid",
        "idempotency_key",
        "imsi",
        "key",
        "lane",
        "mark",
        "number",
        "object_id",
        "other_party",
        "phone",
        "provider_id",
        "provider_reference",
        "raw",  # an odd record of usage, all identifiers
        "record_id",
        "sender",
        "session_id",
        "session_key",
        "stored_as",
        "transaction_id",
        "url",
        "value",
    }
)

# Columns of JSON that must come back to the letter, because they go out again or are read anew.
EXACT = frozenset(
    {
        "payment.action",  # what a gateway gives to scan or to pay into: accounts, payment codes
        "payment.asked",  # what a gateway was sent, to be sent the very same again
        "usage_anomaly.record",  # all identifiers
    }
)
# Keys in JSON whose values are no words. What is called so in a column may be words here ("value").
_IDENTIFYING = frozenset(
    {
        "client_key",
        "digest",
        "effect_key",
        "eid",
        "iccid",
        "id",
        "idempotency_key",
        "imei",
        "imsi",
        "other_party",
        "provider_reference",
        "token",
    }
)
_ENDS = ("_hash", "_id", "_ids")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# An id or a moment of ours in a longer text, such as the cause of a block: no digits of a card's.
_OURS = re.compile(
    r"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    r"|\d{4}-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:[+-][0-2]\d:[0-5]\d)?)"
)


class Written(TypeDecorator[str]):
    """Text without card numbers."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return clean(value) if isinstance(value, str) else value


class WrittenJson(TypeDecorator[Any]):
    """JSON without card numbers in any of its strings. Compared and taken apart as JSONB is."""

    impl = JSONB
    cache_ok = True
    should_evaluate_none = True  # as JSONB itself: None that was said is the null of JSON

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return clean_all(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self.impl_instance.coerce_compared_value(op, value)


def clean(text: str) -> str:
    """Costs nothing where there are too few digits for a card."""
    if len(text) < SHORTEST or len(_DIGIT.findall(ascii_digits(text))) < SHORTEST:
        return text
    pieces = _OURS.split(text)
    pieces[::2] = map(without_card_numbers, pieces[::2])
    return "".join(pieces)


def clean_all(value: Any) -> Any:
    """The same in everything that is nested in it, but for what identifies something."""
    if isinstance(value, str):
        return value if _UUID.fullmatch(value) else clean(value)
    if isinstance(value, dict):
        return {clean_all(name): _clean_under(name, each) for name, each in value.items()}
    return [clean_all(each) for each in value] if isinstance(value, list | tuple) else value


def cuts(kind: TypeEngine[Any]) -> bool:
    """Whether columns of this kind cut card numbers."""
    return isinstance(kind, Written | WrittenJson)


def _clean_under(name: Any, value: Any) -> Any:
    if isinstance(value, dict) or not _identifies(name):
        return clean_all(value)
    if isinstance(value, list | tuple):
        return [each if isinstance(each, str) else clean_all(each) for each in value]
    return value


def _identifies(name: Any) -> bool:
    return isinstance(name, str) and (name in _IDENTIFYING or name.endswith(_ENDS))


@event.listens_for(Column, "after_parent_attach")
def _written(column: Column[Any], table: Any) -> None:
    is_identifier = column.name in IDENTIFIERS or column.name.endswith("_hash")
    if type(column.type) in {Text, String} and not is_identifier:
        column.type = Written()
    elif type(column.type) is JSONB and f"{table.name}.{column.name}" not in EXACT:
        column.type = WrittenJson()
