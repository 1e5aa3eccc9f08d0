"""What each domain gives to the file of the whole configuration: a section of named items.

A domain writes its `portable.py`, the wiring lists it; nobody else knows of it. Names stand for
ids: a file of one place is good for another.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.actor import Actor
from app.core.plain import Plain


class Item(Plain):
    """What stands under a name."""


class Section:
    """`words` is what people call it; `permission` is who may read and write all of it."""

    name: str
    words: Any
    kind: type[Item]
    permission: str

    def export(self) -> Mapping[str, Item]:
        """Everything there is, by its name."""
        raise NotImplementedError

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        """Make the one of this name so, new or not, by the domain's own commands. Refuses as they
        do. In the caller's transaction."""
        raise NotImplementedError

    def settle(self, items: Mapping[str, Item], *, by: Actor) -> None:
        """What can be done only once all of them are there."""


_sections: list[Section] = []


def plug_in(sections: Sequence[Section]) -> None:
    """In the order in which they are put: what others name comes before them."""
    _sections[:] = sections


def sections() -> Sequence[Section]:
    return tuple(_sections)
