"""A proof by code where providers carry the words: it holds for the place it was written from."""

import pytest
from sqlalchemy import func, select

from app.conversations.models import Conversation, Message, Verification
from app.conversations.service import proving
from app.core import db
from app.core.actor import BOT
from app.identity.models import OneTimeCode
from tests.api_bot.world import plans
from tests.factories.subscriptions import line_with_plan
from tests.fakes import said
from tests.messaging.conftest import inbox_of


@pytest.fixture
def line(listening):
    made = line_with_plan(plans().plus)
    made.customer.phone = made.number
    db.session.commit()
    return made


def talk():
    return db.session.scalars(select(Conversation).execution_options(populate_existing=True)).one()


def code():
    return db.session.get_one(OneTimeCode, talk().code_id, populate_existing=True).to_send


def test_a_code_that_comes_by_whatsapp_is_never_stored(plugged, line, comes):
    plugged("whatsapp")
    inbox = inbox_of("whatsapp")
    comes(inbox, said("¿Cuánto debo?", provider_id="1", sender=line.number))
    assert talk().verification is Verification.ADDRESS
    proving.ask(talk().id, by=BOT)
    secret = code()

    comes(inbox, said(f"es {secret}", provider_id="2", sender=line.number))
    comes(inbox, said(f"es {secret}", provider_id="2", sender=line.number))

    assert talk().verification is Verification.IDENTITY
    bodies = db.session.scalars(select(Message.body)).all()
    assert "es ••••••" in bodies
    assert not any(secret in each for each in bodies)


def test_a_stranger_goes_on_in_the_same_talk_once_she_has_proved_who_she_is(plugged, line, comes):
    plugged("telegram")
    inbox = inbox_of("telegram")
    comes(inbox, said("Hola", provider_id="1", sender="77"))
    proving.ask(talk().id, by=BOT, number=line.number)

    comes(inbox, said(code(), provider_id="2", sender="77"))
    comes(inbox, said("¿Y mi saldo?", provider_id="3", sender="77"))

    assert db.session.scalar(select(func.count()).select_from(Conversation)) == 1
    assert (talk().customer_id, talk().verification) == (line.customer_id, Verification.IDENTITY)
    assert talk().last_seq >= 3


def test_a_message_that_nobody_vouches_for_ends_it(plugged, line, comes):
    plugged("telegram")
    inbox = inbox_of("telegram")
    comes(inbox, said("Hola", provider_id="1", sender="77"))
    proving.ask(talk().id, by=BOT, number=line.number)
    comes(inbox, said(code(), provider_id="2", sender="77"))

    comes(inbox, said("Cambia mi plan", provider_id="3", sender="77", vouched=False))

    found = db.session.scalars(select(Conversation)).all()
    assert all(each.verification is Verification.NONE for each in found)
