"""The tables that usage records are in, one a month of UTC, in a schema of their own."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from sqlalchemy import Connection, text

SCHEMA = "CREATE SCHEMA IF NOT EXISTS usage_month"
# A new database begins with two years, for what is brought over from elsewhere.
_BEHIND = 24
# Months made ahead, so that no record waits for its table.
AHEAD = 3
# Whoever makes a table holds this lock, so that two do not make the same.
_TURN = 7_264_001


def month_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date().replace(day=1)


def around(moment: datetime) -> list[date]:
    """From two years before to some months ahead."""
    return list(between(_plus(month_of(moment), -_BEHIND), _plus(month_of(moment), AHEAD)))


def between(first: date, last: date) -> Iterator[date]:
    """Every month from one to the other."""
    while first <= last:
        yield first
        first = _plus(first, 1)


def ahead(moment: datetime) -> list[date]:
    return list(between(month_of(moment), _plus(month_of(moment), AHEAD)))


def span(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """The months of both moments and those beside them, as moments, half-open."""
    return _begin(_plus(month_of(since), -1)), _begin(_plus(month_of(until), 2))


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
        begin, end = _begin(wanted[name]), _begin(_plus(wanted[name], 1))
        table = f"usage_month.{name}"
        connection.execute(
            text(
                f"CREATE TABLE {table} (LIKE usage_record INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
            )
        )
        connection.execute(
            text(
                f"ALTER TABLE usage_record ATTACH PARTITION {table} "
                f"FOR VALUES FROM ('{begin.isoformat()}') TO ('{end.isoformat()}')"
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


def _begin(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def _plus(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)
