"""What the domains said of their tables, and SQL made of it: whose rows these are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Column, LargeBinary, Table

from app.core import db
from app.core.actor import Actor
from app.core.personal import Part, Personal

_parts: list[Part] = []
_SECRET_ENDINGS = ("_hash", "_sealed")


def use(parts: Sequence[Part]) -> None:
    _parts[:] = parts


def personal() -> Mapping[str, Personal]:
    return {each.table: each for part in _parts for each in part.tables}


def exempt() -> Mapping[str, str]:
    return {name: why for part in _parts for name, why in part.exempt.items()}


def erasers() -> Iterator[Callable[[UUID, Actor], int]]:
    for part in _parts:
        yield from part.erase_more


def table_of(name: str) -> Table:
    return db.Base.metadata.tables[name]


def hers(name: str) -> str:
    """The condition for the rows of one person, `:customer`. Names come from our own tables."""
    if name == "customer":
        return "id = :customer"
    said = personal()[name]
    ways = [_way(name, column, parent) for column, parent in said.of.items()]
    condition = f"({' OR '.join(ways)})"
    return f"{condition} AND {said.only}" if said.only else condition


def _way(name: str, column: str, parent: str) -> str:
    if parent == "customer":
        is_text = name == "audit_entry"
        return f"{column} = CAST(:customer AS text)" if is_text else f"{column} = :customer"
    (key,) = table_of(parent).primary_key.columns.keys()
    return f"{column} IN (SELECT {key} FROM {parent} WHERE {hers(parent)})"


def shown(said: Personal) -> list[str]:
    """The columns that an export holds."""
    columns = table_of(said.table).columns
    return [each.name for each in columns if not _is_secret(each) and each.name not in said.hidden]


def _is_secret(column: Column[object]) -> bool:
    return isinstance(column.type, LargeBinary) or column.name.endswith(_SECRET_ENDINGS)


def children_first() -> list[Personal]:
    """In the order in which rows may go."""
    known = personal()
    order = [each.name for each in db.Base.metadata.sorted_tables]
    return [known[name] for name in reversed(order) if name in known]
