"""Whether any rule waits for a kind of thing to happen: asked at every message, so kept in memory
for some seconds. A new rule is in force everywhere as soon as these are over."""

from threading import Lock
from time import monotonic

from sqlalchemy import select

from app.automation.models import Rule
from app.core import db

FOR_SECONDS = 5.0


class _Watch:
    def __init__(self) -> None:
        self.triggers: frozenset[str] = frozenset()
        self.until = 0.0
        self.lock = Lock()


_watch = _Watch()


def is_watched(trigger: str) -> bool:
    if monotonic() >= _watch.until:
        with _watch.lock:
            query = select(Rule.trigger).where(Rule.is_on, Rule.removed_at.is_(None)).distinct()
            _watch.triggers = frozenset(db.session.scalars(query))
            _watch.until = monotonic() + FOR_SECONDS
    return trigger in _watch.triggers


def look_again() -> None:
    """A rule was changed here."""
    _watch.until = 0.0
