"""What an agent's screen follows, while it is looked at what she may still see."""

from types import SimpleNamespace

import pytest

from app.conversations import access
from app.conversations.models import Status
from app.core.ids import new_id
from app.workspace import sockets
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.statements import statements


@pytest.fixture
def left(database, monkeypatch):
    """The conversations whose rooms were left, in their order."""
    rooms = []
    server = SimpleNamespace(
        leave_room=lambda _sid, room, **_: rooms.append(room), emit=lambda *_, **__: None
    )
    monkeypatch.setattr(sockets.socketio, "server", server)
    return rooms


@pytest.fixture
def screen(left):
    def open_by(person, *talks):
        following = {str(each.id): None for each in talks}
        return sockets.Connection(person.as_actor(), new_id(), following)

    return open_by


def test_what_she_opens_while_it_is_looked_stays_open(screen, left, monkeypatch):
    ana, beto = StaffFactory(), StaffFactory()
    his = ConversationFactory(status=Status.OPEN, assignee_id=beto.id)
    waiting = ConversationFactory(waiting=True)
    hers = screen(ana, his)
    look = access.not_owned

    def looking(pairs):
        hers.following[str(waiting.id)] = None
        return look(pairs)

    monkeypatch.setattr(access, "not_owned", looking)
    sockets.leave_hidden({"a screen": hers})

    assert left == [f"conversation:{his.id}"]
    assert list(hers.following) == [str(waiting.id)]


def test_her_own_are_looked_at_in_one_statement_however_many(screen, left, session):
    ana = StaffFactory()
    own = [ConversationFactory(status=Status.OPEN, assignee_id=ana.id) for _ in range(12)]

    with statements(session) as few:
        sockets.leave_hidden({"a screen": screen(ana, own[0])})
    with statements(session) as many:
        sockets.leave_hidden({"a screen": screen(ana, *own)})

    assert left == []
    assert len(many) == len(few)
