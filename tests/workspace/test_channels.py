from datetime import timedelta

import pytest
from sqlalchemy import select

from app.conversations.models import Conversation, Status, Verification
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT
from app.customers.models import Address
from app.messaging.models import Contact, Delivery
from app.messaging.service import templates
from channels.port import Undeliverable
from tests.factories.actors import administrator
from tests.factories.customers import CustomerFactory
from tests.fakes import said
from tests.messaging.conftest import comes, inbox_of, leaves, plugged

__all__ = ["comes", "leaves", "plugged"]


@pytest.fixture
def channel(app, plugged):
    return plugged("whatsapp", window=24, templates=True, longest=4096)


@pytest.fixture
def talk(channel, comes):
    comes(inbox_of("whatsapp"), said("Hola"))
    return db.session.scalars(select(Conversation)).one().id


@pytest.fixture
def mine(sign_in, talk):
    """An agent's browser who has the conversation."""
    agent = sign_in(name="Ana Ruiz", language="en", roles=["agent"])
    own(talk, agent.staff_id)
    return agent


def own(talk, staff_id):
    conversation = db.session.get(Conversation, talk)
    conversation.status, conversation.assignee_id = Status.OPEN, staff_id
    db.session.commit()


def test_the_composer_tells_the_channel_its_limit_and_the_open_window(mine, talk):
    page = mine.get(f"/desk/conversations/{talk}").get_data(as_text=True)

    assert 'data-longest="4096"' in page
    assert 'data-window="open"' in page
    assert "WhatsApp" in page


def test_a_closed_window_offers_templates_and_sends_one(mine, talk, channel, leaves):
    inbox_id = db.session.get(Conversation, talk).inbox_id
    template = templates.write(
        inbox_id, by=administrator(), name="back", language="es", body="Hola {{1}}", approved=True
    )
    template_id = template.id
    heard = db.session.scalars(select(Contact)).one()
    heard.heard_at = clock.now() - timedelta(hours=25)
    db.session.commit()

    bar = mine.get(f"/desk/conversations/{talk}/channel").get_data(as_text=True)
    dialog = mine.get(f"/desk/conversations/{talk}/templates").get_data(as_text=True)
    answer = mine.post(
        f"/desk/conversations/{talk}/templates",
        data={"template": str(template_id), "key": "k1", "value1": "Valeria"},
    )
    leaves()

    assert answer.status_code == 200
    assert 'data-window="closed"' in bar
    assert 'name="value1"' in dialog
    (sent,) = channel.sent
    assert (sent.template.name, sent.text) == ("back", "Hola Valeria")


def test_what_failed_says_why_and_goes_again(mine, talk, channel, leaves):
    own(talk, None)
    db.session.get(Conversation, talk).status = Status.BOT
    db.session.commit()
    say(talk, "Hola", by=BOT, client_key="b")
    channel.trouble = [Undeliverable("number gone", code="131026")]
    leaves()
    own(talk, mine.staff_id)
    failed = db.session.scalars(select(Delivery.id)).one()

    dialog = mine.get(f"/desk/deliveries/{failed}").get_data(as_text=True)
    answer = mine.post(f"/desk/deliveries/{failed}/again")
    leaves()

    assert "The provider says: number gone <code>131026</code>" in dialog
    assert "The provider did not deliver it and does not say why." in dialog
    assert answer.status_code == 204
    assert [each.text for each in channel.sent] == ["Hola"]
    messages = mine.get(f"/desk/conversations/{talk}/messages").get_json()["messages"]
    assert messages[-1]["extra"]["delivery"]["state"] == "sent"


def test_the_conversation_goes_on_elsewhere(mine, talk, plugged):
    plugged("email", subjects=True)
    mail = inbox_of("email")
    her = CustomerFactory(market_code="MX", email="valeria@example.com")
    db.session.get(Conversation, talk).customer_id = her.id
    db.session.commit()
    way = f"{mail.id}:valeria@example.com"

    dialog = mine.get(f"/desk/conversations/{talk}/ways").get_data(as_text=True)
    moved = mine.post(f"/desk/conversations/{talk}/ways", data={"way": way})
    nowhere = mine.post(f"/desk/conversations/{talk}/ways", data={"way": "nowhere"})

    assert way in dialog
    assert (moved.status_code, nowhere.status_code) == (200, 400)
    assert db.session.get(Conversation, talk).channel == "email"


def test_a_manager_joins_a_stranger_with_a_customer_and_takes_her_back(sign_in, talk):
    manager = sign_in(name="Mia", language="en", roles=["manager"])
    own(talk, manager.staff_id)
    her = CustomerFactory(market_code="MX", phone="+525512340001")
    reference, her_id = her.reference, her.id
    asked = manager.get(f"/desk/conversations/{talk}/whose").get_data(as_text=True)
    assert reference in asked

    manager.post(f"/desk/conversations/{talk}/merge", data={"reference": reference})

    joined = db.session.get(Conversation, talk)
    assert (joined.customer_id, joined.verification) == (her_id, Verification.NONE)
    address = db.session.scalars(select(Address)).one()
    assert (address.customer_id, address.verified_at) == (her_id, None)
    assert manager.post(f"/desk/conversations/{talk}/split").status_code == 200
    assert db.session.get(Conversation, talk).customer_id is None
    assert db.session.scalars(select(Address)).all() == []


def test_who_may_not(mine, sign_in, talk):
    other = sign_in(roles=["agent"])

    assert mine.post(f"/desk/conversations/{talk}/split").status_code == 403
    assert other.post(f"/desk/conversations/{talk}/ways", data={"way": "x"}).status_code == 404
    assert other.get(f"/desk/conversations/{talk}/templates").status_code == 404
