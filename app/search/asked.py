"""What is looked for, and what is found."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.search.snippets import Piece


class Thing(StrEnum):
    TICKET = "ticket"
    CONVERSATION = "conversation"
    CUSTOMER = "customer"
    LINE = "line"
    INVOICE = "invoice"
    ARTICLE = "article"


# What may be chosen above the results, in the order in which they are shown.
KINDS = (Thing.TICKET, Thing.CONVERSATION, Thing.CUSTOMER, Thing.ARTICLE)


@dataclass(frozen=True, slots=True)
class Asked:
    """`since` and `until` are days; empty filters let everything through."""

    text: str
    kind: str = ""
    market: str = ""
    language: str = ""
    channel: str = ""
    status: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def is_chosen(self) -> bool:
        """Whether anything is chosen beside the words."""
        return bool(self.kind or self.market or self.language or self.is_narrowed)

    @property
    def is_narrowed(self) -> bool:
        """Whether something is chosen that only tickets and conversations have."""
        return bool(self.channel or self.status or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Found:
    """`key` is the id, or the short address of an article. `is_exact` when the text is its name."""

    thing: Thing
    key: UUID | str
    title: str
    detail: str = ""
    market: str = ""
    language: str = ""
    status: str = ""
    at: datetime | None = None
    snippet: list[Piece] = field(default_factory=list)
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """`more` when there are more than were counted; `alike` where nothing is just as typed."""

    number: int = 0
    more: bool = False
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """`down` are the kinds that could not be searched now."""

    exact: list[Found]
    found: dict[Thing, list[Found]]
    counts: dict[Thing, Count]
    down: frozenset[Thing] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.exact and not any(self.found.values())


MOST_COUNTED = 1000
