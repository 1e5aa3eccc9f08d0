"""Keyset pagination: a page costs the same whether it is the first or the thousandth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select

from app.core import db
from app.core.errors import Invalid
from app.core.ids import id_in

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and the id to ask for more after; None at the end."""

    items: Sequence[T]
    next_after: UUID | None


def newest_first(query: Select[Any], id_column: Any, *, after: str | None, size: int) -> Page[Any]:
    """The next `size` rows of a query by descending time-ordered id.

    Raises Invalid when `after` is no id.
    """
    if after:
        last = id_in(after)
        if last is None:
            raise Invalid(field="after")
        query = query.where(id_column < last)
    rows = db.session.scalars(query.order_by(id_column.desc()).limit(size + 1)).all()
    more = len(rows) > size
    items = rows[:size]
    return Page(items, items[-1].id if more else None)
