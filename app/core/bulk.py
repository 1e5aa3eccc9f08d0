"""Many rows in one statement: sent as JSON, taken apart by the types of the table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, TextClause, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.base import object_state

from app.core import db
from app.core.written import clean_all, cuts

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def insert(
    model: type[db.Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    unless_known: str | None = None,
    returning: str | None = None,
) -> list[Any]:
    """Write rows that all name the same columns; what the database returns of each, in any order.

    A row whose `unless_known` column is there already is left out. Events of the session's
    objects do not happen: nothing is loaded, nothing stays in memory.
    """
    if not rows:
        return []
    statement = _statement(model, tuple(rows[0]), unless_known, returning)
    sent = json.dumps(_cleaned(model, rows), default=str)
    found = db.session.execute(statement, {"rows": sent})
    return list(found.scalars()) if returning else []


def write_together(rows: Iterable[db.Base], *names: str) -> None:
    """Rows that change in the same columns go to the database in one statement: let these count as
    changed in all of them, whether or not they differ."""
    for row in rows:
        if object_state(row).persistent:
            for name in names:
                flag_modified(row, name)


def _cleaned(
    model: type[db.Base], rows: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    """Without card numbers in words and JSON: here nothing is bound by the columns."""
    columns = cast("Table", model.__table__).c
    names = [name for name in rows[0] if cuts(columns[name].type)]
    if not names:
        return rows
    return [{**row, **{name: clean_all(row[name]) for name in names}} for row in rows]


def _statement(
    model: type[db.Base], names: tuple[str, ...], unless_known: str | None, returning: str | None
) -> TextClause:
    table = cast("Table", model.__table__)
    columns = ", ".join(names)
    typed = ", ".join(f"{name} {table.c[name].type.compile(_DIALECT)}" for name in names)
    # Names come from the models, values only as the parameter.
    parts = [
        f"INSERT INTO {table.name} ({columns})",
        f"SELECT {columns} FROM json_to_recordset(CAST(:rows AS json)) AS new ({typed})",  # noqa: S608
        f"ON CONFLICT ({unless_known}) DO NOTHING" if unless_known else "",
        f"RETURNING {returning}" if returning else "",
    ]
    return text(" ".join(parts))
