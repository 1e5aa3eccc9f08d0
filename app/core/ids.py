"""Identifiers: time-ordered UUIDs (version 7), so that new rows land at the end of their index."""

from datetime import datetime
from itertools import count
from uuid import UUID

from uuid_utils.compat import uuid7

from app.core import clock
from app.core.errors import NotFound

_MILLISECOND = 1_000_000  # nanoseconds
_made_at: tuple[datetime | None, "count[int]"] = (None, count())


def new_id() -> UUID:
    moment = clock.moved()
    return uuid7() if moment is None else _at(moment)


def id_in(text: str) -> UUID | None:
    """None for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        return None


def as_id(value: object) -> UUID:
    """Raises NotFound for what is no id: nothing has it."""
    found = id_in(str(value))
    if found is None:
        raise NotFound
    return found


def _at(moment: datetime) -> UUID:
    """A millisecond after the one made before at this moved moment: in order, as real ones are."""
    global _made_at  # noqa: PLW0603 - the demo lives its past in one thread
    if _made_at[0] != moment:
        _made_at = (moment, count())
    milliseconds = int(moment.timestamp() * 1000) + next(_made_at[1])
    return uuid7(nanoseconds=milliseconds * _MILLISECOND)
