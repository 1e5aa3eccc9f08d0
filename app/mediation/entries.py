"""A row on its way from a source: where it comes from, what it says, what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.mediation.layout import Definition
from app.mediation.lines import Owner
from app.mediation.mapping import Parsed
from app.mediation.reading import Row


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records come from. `markets` are those whose lines it may use, all when empty."""

    source: str
    market_code: str
    definition: Definition
    markets: frozenset[str] = frozenset()

    @property
    def in_parts(self) -> bool:
        return "session_id" in self.definition.fields


@dataclass(slots=True, eq=False)
class Entry:
    """A row on its way. `owner` is known from the line's number on."""

    row: Row
    parsed: Parsed
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class Odd:
    """A row that is not rated, and why."""

    row: Row
    reason: str
    parsed: Parsed | None = None
    owner: Owner | None = None
    field: str | None = None
    record: Mapping[str, str] | None = None


@dataclass(slots=True)
class Judged:
    """What became of every row: the counts and `odd` sum to what was given."""

    accepted: int = 0
    duplicates: int = 0
    matched: int = 0
    parts: int = 0
    odd: list[Odd] = field(default_factory=list)
