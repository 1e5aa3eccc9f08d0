"""What rules know of a ticket and its talk, and how they ask. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.core.i18n import lazy


class Type(StrEnum):
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    TAGS = "tags"
    FLAG = "flag"


class Operator(StrEnum):
    IS = "is"  # one of
    IS_NOT = "is_not"  # none of
    CONTAINS = "contains"  # one of these words or phrases
    LACKS = "lacks"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


OPERATORS: Mapping[Type, Sequence[Operator]] = {
    Type.CHOICE: (Operator.IS, Operator.IS_NOT),
    Type.TEXT: (Operator.CONTAINS, Operator.LACKS),
    Type.NUMBER: (Operator.AT_LEAST, Operator.AT_MOST),
    Type.TAGS: (Operator.CONTAINS, Operator.LACKS),
    Type.FLAG: (Operator.IS,),
}
FLAGS = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Field:
    """`choices` names the list it is chosen from: see `known.Known.choices`."""

    name: str
    type: Type
    words: Any
    choices: str = ""


_ALL = (
    Field("market", Type.CHOICE, lazy("Market"), "market"),
    Field("language", Type.CHOICE, lazy("Language"), "language"),
    Field("channel", Type.CHOICE, lazy("Channel"), "channel"),
    Field("inbox", Type.CHOICE, lazy("Inbox"), "inbox"),
    Field("team", Type.CHOICE, lazy("Team of the inbox"), "team"),
    Field("topic", Type.CHOICE, lazy("Topic"), "topic"),
    Field("priority", Type.CHOICE, lazy("Priority"), "priority"),
    Field("status", Type.CHOICE, lazy("State"), "status"),
    Field("type", Type.CHOICE, lazy("Type"), "type"),
    Field("segment", Type.CHOICE, lazy("Segment of the customer"), "segment"),
    Field("subject", Type.TEXT, lazy("Subject")),
    Field("message", Type.TEXT, lazy("The customer's last message")),
    Field("summary", Type.TEXT, lazy("Summary")),
    Field("tags", Type.TAGS, lazy("Tags")),
    Field("tenure_days", Type.NUMBER, lazy("Days she has been a customer")),
    Field("age_minutes", Type.NUMBER, lazy("Minutes since it was opened")),
    Field("waiting_minutes", Type.NUMBER, lazy("Minutes the customer has waited for an answer")),
    Field("reopened", Type.NUMBER, lazy("Times it was reopened")),
    Field("rating", Type.NUMBER, lazy("Rating, 1 to 5")),
    Field("has_owner", Type.FLAG, lazy("Somebody has taken it")),
    Field("sleeps", Type.FLAG, lazy("It sleeps")),
    Field("is_known", Type.FLAG, lazy("We know which customer it is")),
    Field("in_hours", Type.FLAG, lazy("The inbox is open now")),
)
FIELDS = {each.name: each for each in _ALL}

_WORD = re.compile(r"[^\W_]+")

Value = str | int | bool | frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so now. None is what is not known: no question about it is answered with yes."""

    ticket_id: UUID | None
    conversation_id: UUID | None
    market_code: str
    reference: str
    values: Mapping[str, Value]

    @property
    def tags(self) -> frozenset[str]:
        having = self.values.get("tags")
        return having if isinstance(having, frozenset) else frozenset()


def holds(value: Value, operator: Operator, wanted: Sequence[str]) -> bool:
    """Whether a value is as it was asked for."""
    return value is not None and _HOW[operator](value, wanted)


def folded(text: str) -> str:
    """Words without accents, case and signs, each between blanks: for finding whole words."""
    signs = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in signs if not unicodedata.combining(sign))
    return f" {' '.join(_WORD.findall(plain))} "


def _has_any(value: Any, wanted: Sequence[str]) -> bool:
    if isinstance(value, frozenset):
        return any(each in value for each in wanted)
    text = folded(str(value))
    return any(folded(each) in text for each in wanted if folded(each).strip())


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


_HOW: Mapping[Operator, Callable[[Any, Sequence[str]], bool]] = {
    Operator.IS: lambda value, wanted: _plain(value) in wanted,
    Operator.IS_NOT: lambda value, wanted: _plain(value) not in wanted,
    Operator.CONTAINS: _has_any,
    Operator.LACKS: lambda value, wanted: not _has_any(value, wanted),
    Operator.AT_LEAST: lambda value, wanted: value >= int(wanted[0]),
    Operator.AT_MOST: lambda value, wanted: value <= int(wanted[0]),
}
