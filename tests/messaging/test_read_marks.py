"""Customers see that an agent has read them, where their channel has a sign for it."""

import pytest
from sqlalchemy import select

from app.conversations.models import Conversation, Status
from app.conversations.service import reading
from app.core import db
from app.messaging.events import ReadMarkDue
from app.messaging.service import read_marks
from channels.port import ChannelDown
from tests.factories.identity import StaffFactory
from tests.heard import heard
from tests.messaging.conftest import inbox_of

pytestmark = pytest.mark.usefixtures("listening")


@pytest.fixture
def talk(plugged, comes):
    """(channel, conversation, its agent): two messages came by a channel that marks."""
    channel = plugged("whatsapp", read_marks=True)
    channel.marked = []
    channel.mark_read = channel.marked.append
    inbox = inbox_of("whatsapp")
    for name in ("m1", "m2"):
        comes(inbox, {"is": "inbound", "id": name, "sender": "+525512345678", "text": "Hola"})
    conversation = db.session.scalars(select(Conversation)).one()
    agent = StaffFactory()
    conversation.status, conversation.assignee_id = Status.OPEN, agent.id
    db.session.commit()
    return channel, conversation, agent.as_actor()


def read(conversation, seq, by):
    with heard(ReadMarkDue) as due:
        reading.mark_read(conversation.id, seq, by=by)
    for each in due:
        read_marks.show(each.conversation_id, each.seq)


def test_the_last_that_was_read_is_marked(talk):
    channel, conversation, agent = talk

    read(conversation, 1, agent)
    read(conversation, conversation.last_seq, agent)
    read(conversation, 1, agent)

    assert channel.marked == ["m1", "m2"]


def test_who_only_looks_on_leaves_no_mark(talk):
    channel, conversation, _agent = talk

    read(conversation, conversation.last_seq, StaffFactory(supervisor=True).as_actor())

    assert channel.marked == []


def test_a_sign_that_fails_stops_nothing(talk):
    channel, conversation, agent = talk

    def fail(provider_id):
        raise ChannelDown("away")

    channel.mark_read = fail
    read(conversation, conversation.last_seq, agent)

    assert conversation.staff_read_seq == conversation.last_seq


def test_where_there_is_no_such_sign_nothing_is_due(plugged, talk):
    _channel, conversation, agent = talk
    plugged("whatsapp")

    with heard(ReadMarkDue) as due:
        reading.mark_read(conversation.id, conversation.last_seq, by=agent)

    assert due == []
