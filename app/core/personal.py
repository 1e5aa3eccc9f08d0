"""What a table holds of a person, how to her rows one gets, and what erasing does to them. Pure.

Each domain says it of its own tables in `privacy.py`; `app/wiring/privacy.py` collects them, and
a test finds a table of which nobody says anything. Exports and erasing are made of these words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.core.actor import Actor
from app.core.i18n import lazy

# Why most of what stays does.
BOOKS = lazy("tax law wants bills and payments to be kept; without her name they are numbers")
SERVICE = lazy("what the network and the bills need to know of a line; it names no person")


@dataclass(frozen=True, slots=True)
class Delete:
    """The rows go."""


@dataclass(frozen=True, slots=True)
class Keep:
    """The rows stay as they are: the law or the books want it, or they tell nothing of her. `why`
    in the words of who reads it."""

    why: Any


@dataclass(frozen=True, slots=True)
class Sql:
    """A value made of the row itself, as an expression of ours."""

    expression: str


@dataclass(frozen=True, slots=True, init=False)
class Blank:
    """The rows stay, these columns say nothing any more."""

    columns: Mapping[str, Any]

    def __init__(self, **columns: Any) -> None:
        object.__setattr__(self, "columns", columns)


Erasing = Delete | Keep | Blank


@dataclass(frozen=True, slots=True)
class Personal:
    """`of` are the ways to a person: {column: the table whose key it is}. What is `hidden` is not
    exported; bytes and hashes never are, they are secrets or unreadable to her."""

    table: str
    of: Mapping[str, str]
    erasing: Erasing
    hidden: frozenset[str] = frozenset()
    # Further conditions of ours, such as the kind of owner.
    only: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one domain says. `exempt` are tables that hold nothing of a customer, and why.

    `erase_more` takes away what is not in tables of ours: files, what the bot remembers. It may
    be called again after it was cut off.
    """

    tables: Sequence[Personal] = ()
    exempt: Mapping[str, str] = field(default_factory=dict)
    erase_more: Sequence[Callable[[UUID, Actor], int]] = ()
