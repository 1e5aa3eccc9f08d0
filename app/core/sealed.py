"""Secrets of rows: each sealed to its row and column, so that swapped cells do not open."""

from typing import Any, Generic, Self, TypeVar, cast, overload

from app.core.ids import new_id
from app.core.secrets import sealed, unsealed

Value = TypeVar("Value", bound=str | None)

# How the place of a cell begins, by table and column; the row's key comes behind it.
PLACES: dict[tuple[str, str], str] = {}


class Sealed(Generic[Value]):
    """What a row keeps as `<name>_sealed`, in the column of its own name; opened when it is read.

    `key` names the row's key, which is set before: a row without an id gets one now.
    """

    def __init__(self, *, key: str = "id") -> None:
        self._key = key

    def __set_name__(self, owner: Any, name: str) -> None:
        self._column = f"{name}_sealed"
        self._place = f"{owner.__tablename__}.{name}"
        PLACES[owner.__tablename__, name] = self._place

    @overload
    def __get__(self, row: None, owner: type) -> Self: ...

    @overload
    def __get__(self, row: object, owner: type) -> Value: ...

    def __get__(self, row: object | None, owner: type) -> Self | Value:
        if row is None:
            return self
        stored = getattr(row, self._column)
        if stored is None:
            return cast("Value", None)
        return cast("Value", unsealed(stored, f"{self._place}:{self._key_of(row)}").decode())

    def __set__(self, row: object, value: Value) -> None:
        cell = None if value is None else self.cell(self._key_of(row), value)
        setattr(row, self._column, cell)

    def cell(self, key: object, value: str) -> bytes:
        """What the row of this key is to hold, for statements that write it past the session."""
        return sealed(value.encode(), f"{self._place}:{key}")

    def _key_of(self, row: object) -> object:
        if getattr(row, self._key) is None:
            setattr(row, self._key, new_id())
        return getattr(row, self._key)
