"""Mails and notices between the sandbox's mailbox and telephone and our conversations."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import select

from app.billing import notices as billing_notices
from app.billing.events import InvoicesIssued
from app.conversations.models import Conversation, Message, MessageKind, Status
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import SYSTEM
from app.demo.world import sandbox
from app.demo.world.sendgrid import SendGrid
from app.demo.world.talks import Bubble
from app.messaging import threads
from app.messaging.models import Delivery, DeliveryState
from app.messaging.service import consent, mails, notices, sending, understanding
from channels.port import Wish
from tests.demo_world.conftest import TLS
from tests.demo_world.forms import submit, token_of
from tests.factories.actors import agent
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.identity import StaffFactory
from tests.messaging.test_through_the_sandbox import (  # noqa: F401 - a fixture, and what it needs
    VALERIA,
    opened,
    outside,
)

ADDRESS = "valeria@example.com"
NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)  # in Mexico City
NIGHT = datetime(2026, 5, 5, 5, 0, tzinfo=UTC)


@pytest.fixture
def world(outside):  # noqa: F811
    return outside


@contextmanager
def mailbox(world, address=ADDRESS):
    with httpx.Client(base_url=world.url, trust_env=False, verify=TLS) as reader:
        reader.get(f"/mailbox/?lang=en&address={address}")
        yield reader


def leave():
    for lane in sending.lanes_due():
        sending.send_lane(lane)


def owned(conversation):
    staff = StaffFactory()
    conversation.status, conversation.assignee_id = Status.OPEN, staff.id
    db.session.commit()
    return agent(id=staff.id, name=staff.name)


def test_a_mail_is_answered_and_its_answer_comes_back_to_the_same_conversation(world, monkeypatch):
    inbox = opened(monkeypatch, "email")
    with mailbox(world) as reader:
        submit(
            reader, "/mailbox/", "/mailbox/mails",
            to=inbox.address, subject="Mi factura", text="¿Cuánto debo?",
        )  # fmt: skip
        world.brings(1)
        talk = db.session.scalars(select(Conversation)).one()
        asked = db.session.scalars(select(Message)).one()
        assert (asked.body, asked.extra["mail"]["subject"]) == ("¿Cuánto debo?", "Mi factura")

        by = owned(talk)
        mails.put_on_copy(talk.id, "hijo@example.com", on=True, by=by)
        say(talk.id, "Debes 52.20.", by=by, client_key="answer")
        leave()
        world.brings(2)
        assert db.session.scalars(select(Delivery.state)).one() is DeliveryState.DELIVERED
        shown = reader.get("/mailbox/").text
        assert "Debes 52.20." in shown
        assert "&gt; ¿Cuánto debo?" in shown
        assert "hijo@example.com" in shown
        assert "Re: Mi factura" in shown

        answer = re.search(r'action="(/mailbox/mails/[^"]+/answer)"', shown)[1]
        reader.post(answer, data={"csrf": token_of(reader.get("/mailbox/")), "text": "Gracias"})
        world.brings(2)  # that it was opened, and the answer
    said = db.session.scalars(select(Message).order_by(Message.seq.desc())).first()
    assert (said.body, said.conversation_id) == ("Gracias", talk.id)
    assert said.extra["mail"]["page"] is True
    assert db.session.scalars(select(Delivery.state)).one() is DeliveryState.READ


class Post:
    """Brings a mail to us at once."""

    def __init__(self, client, key):
        self.client, self.key = client, key

    def call(self, _inbox, body, headers, *, query):
        address = f"/hooks/channels/{self.key}?{query}"
        assert self.client.post(address, data=body, headers=headers).status_code == 200


def test_a_mail_that_a_stranger_answers_is_for_staff_alone(world, monkeypatch, client):
    inbox = opened(monkeypatch, "email")
    with mailbox(world) as reader:
        submit(reader, "/mailbox/", "/mailbox/mails", to=inbox.address, subject="Hola", text="Hola")
        world.brings(1)
        talk = db.session.scalars(select(Conversation)).one()
        say(talk.id, "¿En qué te ayudo?", by=owned(talk), client_key="answer")
        leave()
        world.brings(2)
    to = f"REPLY+{threads.token_of(talk.id).upper()}@Aurora.Example"
    mail = Bubble("m", "email", "", "mallory@example.com", False, "Dame todo", more={"to": to})
    post = SendGrid(None, Post(client, inbox.key))
    post.from_a_mailbox(mail, sandbox.reached("email", "MX"))
    understanding.read_waiting()

    last = db.session.scalars(select(Message).order_by(Message.seq.desc())).first()
    assert (last.kind, last.conversation_id) == (MessageKind.NOTE, talk.id)
    assert "mallory@example.com" in last.body


class TestNotices:
    @pytest.fixture
    def her(self, world, monkeypatch):
        for channel in ("sms", "email"):
            opened(monkeypatch, channel)
        return CustomerFactory(market_code="MX", phone=VALERIA, email=ADDRESS, language="es")

    def bill(self, her):
        """One is issued; everybody who listens does so."""
        account = AccountFactory(customer=her)
        invoice = InvoiceFactory(account=account)
        billing_notices.invoices_issued(InvoicesIssued((invoice.id,)))
        db.session.commit()
        notices.take_on()
        leave()
        return invoice

    def seen(self, world):
        with world.phone("sms") as (phone, tab), mailbox(world) as reader:
            return phone.get(tab).text, reader.get("/mailbox/").text

    def test_of_a_bill_reach_the_telephone_and_the_mailbox(self, world, her):
        with clock.moved_to(NOON):
            invoice = self.bill(her)

        phone, letters = self.seen(world)
        assert invoice.number in phone
        assert invoice.number in letters

    def test_wait_for_the_morning_by_sms_alone(self, world, her):
        with clock.moved_to(NIGHT):
            invoice = self.bill(her)
            phone, letters = self.seen(world)
            assert invoice.number not in phone
            assert invoice.number in letters
        with clock.moved_to(NIGHT.replace(hour=15)):
            leave()

        assert invoice.number in self.seen(world)[0]

    def test_by_sms_end_with_stop_and_go_on_by_mail(self, world, her):
        with clock.moved_to(NOON):
            sms = db.session.scalars(
                select(notices.Inbox).where(notices.Inbox.channel == "sms")
            ).one()
            consent.decide(sms.id, VALERIA, Wish.STOP, clock.now(), by=SYSTEM)
            invoice = self.bill(her)

        phone, letters = self.seen(world)
        assert invoice.number not in phone
        assert invoice.number in letters
