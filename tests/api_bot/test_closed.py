"""Out of hours the bot promises no wait."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock
from app.tickets import queries
from tests.factories.conversations import ConversationFactory, InboxFactory

ASKED = {"intent": "talk_to_agent", "topic": "other", "reason": "asked"}
MONDAY_NOON_IN_MEXICO = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(("later", "is_open"), [(0, True), (12, False)])
def test_a_wait_is_told_only_while_people_are_there(door, monkeypatch, later, is_open):
    monkeypatch.setattr(queries, "expected_wait", lambda *_asked: timedelta(minutes=4))

    with clock.moved_to(MONDAY_NOON_IN_MEXICO + timedelta(hours=later)):
        talk = ConversationFactory(inbox=InboxFactory(hours={"mon": [["09:00", "18:00"]]}))
        told = door(talk).post("handover", **ASKED).json

    assert (told["wait_text"] is not None, told["is_open"]) == (is_open, is_open)
    assert told["ticket"]
