"""What a bot is to conversations. Standard library only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a customer said, or the payload of the button she pressed."""

    conversation_id: UUID
    text: str
    language: str
    channel: str
    market: str


@dataclass(frozen=True, slots=True)
class Button:
    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One bubble of the bot's; `custom` is data beside or instead of words."""

    text: str = ""
    buttons: Sequence[Button] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)


class BotDown(Exception):
    """It does not answer, or not in time, or not in a way that can be understood."""


class Bot(Protocol):
    def ask(self, question: Question) -> list[Answer]:
        """At least one answer, within three seconds; raises BotDown."""

    def is_up(self) -> bool: ...
