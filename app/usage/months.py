"""The tables that usage records are in, one a month of UTC, in a schema of their own."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection, text

from app.core.months import AHEAD, around, begin, between, month_of, plus

__all__ = [
    "AHEAD",
    "ahead",
    "around",
    "begin",
    "between",
    "make",
    "month_of",
    "name_of",
    "plus",
    "span",
]

SCHEMA = "CREATE SCHEMA IF NOT EXISTS usage_month"
# Whoever makes a table holds this lock, so that two do not make the same.
_TURN = 7_264_001


def ahead(moment: datetime) -> list[date]:
    return list(between(month_of(moment), plus(month_of(moment), AHEAD)))


def span(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """The months of both moments and those beside them, as moments, half-open."""
    return begin(plus(month_of(since), -1)), begin(plus(month_of(until), 2))


def make(connection: Connection, months: Iterable[date]) -> list[date]:
    """Make the tables that are missing; which these were.

    A table is made apart and then attached: readers and writers of other months go on.
    """
    wanted = {name_of(month): month for month in months}
    missing = _missing(connection, wanted)
    if missing:
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
        missing = _missing(connection, wanted)
    for name in missing:
        since, until = begin(wanted[name]), begin(plus(wanted[name], 1))
        table = f"usage_month.{name}"
        connection.execute(
            # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - a month's name
            text(
                f"CREATE TABLE {table} (LIKE usage_record INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
            )
        )
        # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - a month's name
        connection.execute(text(f"ALTER TABLE {table} ADD PRIMARY KEY (identity)"))
        connection.execute(
            text(
                f"ALTER TABLE usage_record ATTACH PARTITION {table} "
                f"FOR VALUES FROM ('{since.isoformat()}') TO ('{until.isoformat()}')"
            )
        )
    return [wanted[name] for name in missing]


def name_of(month: date) -> str:
    return f"usage_record_{month:%Y_%m}"


def _missing(connection: Connection, wanted: Iterable[str]) -> list[str]:
    query = text(
        "SELECT new.name FROM unnest(CAST(:names AS text[])) AS new (name) "
        "WHERE to_regclass('usage_month.' || new.name) IS NULL ORDER BY new.name"
    )
    return list(connection.scalars(query, {"names": list(wanted)}))
