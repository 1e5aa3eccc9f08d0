"""The same for the first time, by several at one instant: one of it, and nobody sees a fault."""

import pytest
from sqlalchemy import func, select

from app.conversations.models import CannedReply, Conversation
from app.conversations.service import canned, chat
from app.core import db
from tests.factories.actors import administrator
from tests.factories.conversations import SITE, InboxFactory, signed_identity
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.usefixtures("committing")


def count(what):
    db.session.remove()
    return db.session.scalar(select(func.count()).select_from(what))


def test_a_customer_whose_windows_open_at_once_has_one_talk(in_parallel):
    inbox = InboxFactory()
    key, identity = inbox.key, signed_identity(inbox, CustomerFactory())
    db.session.remove()

    def open_one(_):
        opened = chat.open_widget(
            key, identity_token=identity, resume_token=None, language="es", origin=SITE
        )
        return opened.conversation.id

    assert len(set(in_parallel(open_one, range(8)))) == 1
    assert count(Conversation) == 1


def test_a_prepared_reply_that_several_write_at_once_is_one(in_parallel):
    by = administrator()

    def write(number):
        return canned.write("hola", "es", title="Hola", body=f"Hola {number}", by=by).shortcut

    assert in_parallel(write, range(8)) == ["hola"] * 8
    assert count(CannedReply) == 1
