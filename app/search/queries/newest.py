"""The newest of what matches, and how many match: bounded work for rare words and for common ones.

Working out the words of a row costs more than all else, so the index must find the few, and the
order by time the many: nothing is sorted there, and rows are joined one by one until there are
enough. The planner knows neither how many a beginning matches nor that cost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, func, select

from app.core import db
from app.search.asked import MOST_COUNTED, Count

_LONGEST = "1500ms"
# What the rest of a request may take; see `app.factory`.
_OTHERWISE = "30s"
# Up to so many it is quicker to fetch all and sort them than to come by enough in their order.
_SORTED = 8_000
_SWITCHES = ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_hashjoin")


def newest(
    query: Select[Any], *, order: Any, limit: int, most: int | None = None
) -> tuple[list[Any], Count]:
    """`query` selects the one column `order`, whose values grow with time.

    `most` gives more than `limit` where few match.
    """
    some = query.limit(_SORTED + 1).subquery()
    place = some.c[0]
    sorted_ = select(place, func.count().over()).order_by(place.desc()).limit(most or limit)
    with _impatient():
        rows = db.session.execute(sorted_).all()
        matching = rows[0][1] if rows else 0
        if matching > _SORTED:
            _set(enable_bitmapscan="off", enable_sort="off", enable_hashjoin="off")
            latest = db.session.scalars(query.order_by(order.desc()).limit(limit)).all()
            return list(latest), Count(MOST_COUNTED, more=True)
    found = [row[0] for row in rows]
    if matching > MOST_COUNTED:
        return found[:limit], Count(MOST_COUNTED, more=True)
    return found, Count(matching)


@contextmanager
def _impatient() -> Iterator[None]:
    """Statements in the block use indexes, and are broken off when they take too long."""
    _set(statement_timeout=_LONGEST, enable_seqscan="off")
    yield  # when it fails, the savepoint around takes the settings back
    _set(statement_timeout=_OTHERWISE, **dict.fromkeys(_SWITCHES, "on"))


def _set(**settings: str) -> None:
    """Until the transaction ends."""
    db.session.execute(select(*(func.set_config(*each, True) for each in settings.items())))
