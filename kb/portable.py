"""Shelves of the knowledge base, as the file of the configuration has them."""

from collections.abc import Mapping
from typing import cast

from app.core.actor import Actor
from app.core.i18n import lazy
from app.core.portable import Item, Section
from kb.queries.shelves import categories
from kb.service.shelves import put_up


class ShelfItem(Item):
    """Its names by language, and the shelf it stands on."""

    names: dict[str, str]
    on: str | None = None
    position: int = 0


class Shelves(Section):
    name = "kb_shelves"
    words = lazy("Shelves of the knowledge base")
    kind = ShelfItem
    permission = "kb.write"

    def export(self) -> Mapping[str, Item]:
        return {
            each.code: ShelfItem(names=each.names, on=each.parent_code, position=each.position)
            for each in categories()
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        wanted = cast("ShelfItem", item)
        put_up(key, by=by, names=wanted.names, parent=wanted.on, position=wanted.position)
