"""What each talk is about, in SQL, with fewer questions than Rasa's own store asks for a message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import insert

from components.places import AT_PLACES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Trackers(SQLTrackerStore):
    """`type: stores.trackers.Trackers` in the endpoints; the table is Rasa's own.

    Rasa looks for the schema whenever it opens a session, counts what is kept of a talk before it
    writes, and writes event by event. Our migration has made the schema, and whoever has read a talk
    knows how much of it is kept: nobody else writes to it meanwhile, which the lock sees to.
    """

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        tracker = await super()._retrieve(sender_id, fetch_events_from_all_sessions)
        if tracker is not None:
            tracker.kept = len(tracker.events)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        with self.session_scope() as session:
            rows = [_row(tracker.sender_id, each) for each in self._additional_events(session, tracker)]
            if rows:
                session.execute(insert(self.SQLEvent.__table__), rows)
            session.commit()
        tracker.kept = len(tracker.events)

    def _additional_events(self, session: Session, tracker: DialogueStateTracker) -> Iterator[Event]:
        kept = getattr(tracker, "kept", None)
        if kept is None:  # new, or put together by somebody else
            return super()._additional_events(session, tracker)
        return islice(tracker.events, kept, None)

    @contextmanager
    def session_scope(self) -> Iterator[Session]:
        with self.sessionmaker() as session:
            yield session


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    """What a message would mean at every place (`components.places`) is good while it is answered."""
    told = event.as_dict()
    if "parse_data" in told:
        told["parse_data"] = {part: each for part, each in told["parse_data"].items() if part != AT_PLACES}
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": told.get("timestamp"),
        "intent_name": told.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": told.get("name"),
        "data": json.dumps(told),
    }
