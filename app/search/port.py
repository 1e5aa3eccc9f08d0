"""What a search engine is to us. It is told words and gives ids; it decides about nothing.

What somebody may see, and whether a thing is still as the engine knows it, PostgreSQL says
(`app/search/queries/by_engine.py`). Standard library only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class EngineDown(Exception):
    """It is away, late, or says what cannot be understood. The message is for the log."""


class Kind(StrEnum):
    """What it holds: a conversation is found by its messages."""

    TICKET = "ticket"
    MESSAGE = "message"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Document:
    """`texts` are searched one by one: all words must be in the same. `facts` only narrow."""

    key: UUID
    kind: Kind
    texts: tuple[str, ...]
    language: str
    at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)


# What may be among the facts of a document.
FACTS = ("market", "language", "channel", "status", "assignee", "customer")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Every word must begin a word of one text. Where it is `forgiving`, a word may have another
    ending or a slip of the finger instead, as long as it is whole.

    `only` names what each fact must be; of `either` one must be so. From `since` to before `until`.
    """

    kind: Kind
    words: Sequence[str]
    forgiving: bool = False
    only: Mapping[str, Collection[str]] = field(default_factory=dict)
    either: Mapping[str, Collection[str]] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    most: int = 1000


@dataclass(frozen=True, slots=True)
class Hits:
    """The newest first, or the best where it was forgiving; `more` than `most` were there."""

    keys: list[UUID]
    more: bool = False


class SearchEngine(Protocol):
    """Each of these raises EngineDown, soon."""

    def is_up(self) -> bool:
        """Whether it can be asked; never raises."""

    def find(self, wanted: Wanted) -> Hits:
        """In the index that serves."""

    def put(
        self,
        indexes: Sequence[str],
        documents: Sequence[Document],
        gone: Collection[UUID],
        *,
        version: int,
    ) -> None:
        """Write and forget in each of these indexes, and be found so when this returns.

        What is known in a higher version already stays as it is.
        """

    def make(self) -> str:
        """A new, empty index; its name."""

    def serve(self, index: str) -> None:
        """From now on this one is asked, at once and for everybody."""

    def indexes(self) -> set[str]:
        """The names of all that are ours."""

    def drop(self, index: str) -> None:
        """Forget it, if it was there."""
