import pytest
from sqlalchemy import select

from app.conversations.models import Conversation, Status
from app.core import db
from app.messaging.models import Delivery
from tests.factories.conversations import ConversationFactory, InboxFactory
from tests.messaging.conftest import inbox_of, plugged

__all__ = ["plugged"]
ANA = "ana@example.com"


@pytest.fixture
def talk(app, plugged):
    plugged("email", subjects=True)
    inbox_of("email")
    stranger = ConversationFactory(anonymous=True, inbox=InboxFactory(), visitor_email=ANA)
    return stranger.id


def own(talk, staff_id):
    conversation = db.session.get(Conversation, talk)
    conversation.status, conversation.assignee_id = Status.OPEN, staff_id
    db.session.commit()


def test_who_has_the_talk_mails_it_after_seeing_where_to(sign_in, talk):
    mine = sign_in(name="Ana Ruiz", language="en", roles=["agent"])
    own(talk, mine.staff_id)

    header = mine.get(f"/desk/conversations/{talk}/header").get_data(as_text=True)
    dialog = mine.get(f"/desk/conversations/{talk}/transcript").get_data(as_text=True)
    sent = mine.post(f"/desk/conversations/{talk}/transcript", data={})

    assert ANA in header
    assert "not verified" in header
    assert ANA in dialog
    assert sent.status_code == 200
    assert db.session.scalars(select(Delivery.address)).all() == [ANA]


def test_who_only_looks_on_mails_nothing(sign_in, talk):
    lead = sign_in(roles=["agent"])
    own(talk, sign_in(roles=["agent"]).staff_id)

    assert lead.post(f"/desk/conversations/{talk}/transcript", data={}).status_code == 404
    assert db.session.scalars(select(Delivery)).all() == []
