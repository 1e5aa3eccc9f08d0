"""Mailboxes that are asked: one at fault keeps no other waiting."""

from sqlalchemy import select

from app.conversations.models import Inbox
from app.core import db
from app.messaging.service import polling
from channels.port import ChannelDown
from tests.fakes import call_of, said
from tests.messaging.conftest import inbox_of


def test_a_mailbox_at_fault_keeps_no_other_waiting(plugged, listening):
    channel = plugged("email", subjects=True)
    inboxes = [inbox_of("email", address=f"box{n}@aurora.example") for n in range(3)]
    told = iter([KeyError("odd"), ChannelDown("away"), [("1", call_of(said("Hola")))]])

    def new_calls(_after):
        answer = next(told)
        if isinstance(answer, Exception):
            raise answer
        return iter(answer)

    channel.new_calls = new_calls

    taken = polling.ask_all()

    query = select(Inbox.last_error).where(Inbox.id.in_([each.id for each in inboxes]))
    assert taken == 1
    assert sorted(filter(None, db.session.scalars(query))) == ["KeyError", "away"]
