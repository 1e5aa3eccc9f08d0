"""A talk in the widget that goes on by mail: answers nobody read, messages left, transcripts."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.conversations.chat_settings import Introduction
from app.conversations.errors import IntroductionNeeded
from app.conversations.models import Author, Conversation, Message, Status, Verification
from app.conversations.service import chat, covering, reading
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT
from app.core.errors import Invalid
from app.messaging import threads
from app.messaging.errors import (
    NoMailToHer,
    NoMessagesTaken,
    TranscriptsEnough,
    TranscriptTooEarly,
)
from app.messaging.models import Delivery, UnreadAnswer
from app.messaging.service import continuing, left_messages, queueing, transcripts
from app.tickets.models import Ticket
from tests.factories.actors import agent
from tests.factories.conversations import SITE, InboxFactory, signed_identity
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.fakes import said
from tests.messaging.conftest import inbox_of

ANA = "ana@example.com"


@pytest.fixture
def mail(plugged, listening):
    """The market's mailbox, and what left by it."""
    return plugged("email", subjects=True)


@pytest.fixture
def mailbox(mail):
    return inbox_of("email")


def web_chat(mailbox, **chat_settings):
    return InboxFactory(market_code=mailbox.market_code, chat=chat_settings)


def come_in(inbox, customer=None, email=ANA, **more):
    return chat.open_widget(
        inbox.key,
        identity_token=signed_identity(inbox, customer) if customer else None,
        resume_token=None,
        language="es",
        origin=SITE,
        introduction=Introduction(email=email, **more),
    )


def answered(opened, text="Ya quedó listo.", key="a1"):
    """An agent has the talk and answers."""
    conversation = opened.conversation
    if conversation.assignee_id is None:
        staff = StaffFactory(name="Ana Ruiz", roles=["agent"])
        conversation.status, conversation.assignee_id = Status.OPEN, staff.id
        db.session.commit()
    by = agent(id=conversation.assignee_id, name="Ana Ruiz")
    return say(conversation.id, text, by=by, client_key=key)


def later(monkeypatch, minutes):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=minutes))


def talk(opened):
    return db.session.get(Conversation, opened.conversation.id, populate_existing=True)


def test_an_answer_that_nobody_reads_leaves_by_mail_once(mailbox, mail, leaves, monkeypatch):
    opened = come_in(web_chat(mailbox))
    say(opened.conversation.id, "No tengo señal", by=opened.actor, client_key="k")
    answered(opened)
    assert continuing.mail_unread() == 0
    later(monkeypatch, 11)

    assert (continuing.mail_unread(), continuing.mail_unread()) == (1, 0)
    leaves()

    (sent,) = mail.sent
    assert (sent.recipient, sent.text) == (ANA, "Ya quedó listo.")
    assert threads.conversation_of(sent.thread.token) == opened.conversation.id
    assert talk(opened).channel == "webchat"


def test_one_answer_that_cannot_leave_keeps_no_other(mailbox, monkeypatch):
    first, second = come_in(web_chat(mailbox)), come_in(web_chat(mailbox))
    for each in (first, second):
        answered(each)
    later(monkeypatch, 11)
    queue = queueing.queue

    def fails_once(message, *more):
        if message.conversation_id == first.conversation.id:
            raise RuntimeError("something is wrong with this one")
        return queue(message, *more)

    monkeypatch.setattr(queueing, "queue", fails_once)

    assert continuing.mail_unread() == 1
    left = db.session.scalars(select(UnreadAnswer.conversation_id)).all()
    assert left == [first.conversation.id]


def test_what_was_read_in_time_does_not_leave(mailbox, mail, leaves, monkeypatch):
    opened = come_in(web_chat(mailbox))
    answer = answered(opened)
    reading.mark_read(opened.conversation.id, answer.seq, by=opened.actor)
    later(monkeypatch, 11)

    assert continuing.mail_unread() == 0
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_an_inbox_may_wait_longer_or_never_write(mailbox, monkeypatch):
    patient, silent = web_chat(mailbox, mail_after=60), web_chat(mailbox, mail_after=0)
    first, second = come_in(patient), come_in(silent)
    answered(first)
    answered(second)
    assert db.session.scalars(select(UnreadAnswer.conversation_id)).all() == [first.conversation.id]

    later(monkeypatch, 59)
    assert continuing.mail_unread() == 0
    later(monkeypatch, 2)
    assert continuing.mail_unread() == 1


def test_her_reply_by_mail_is_in_the_same_talk_and_the_answer_to_it_leaves_at_once(
    mailbox, mail, comes, leaves, monkeypatch
):
    opened = come_in(web_chat(mailbox))
    answered(opened)
    later(monkeypatch, 11)
    continuing.mail_unread()
    leaves()

    comes(mailbox, said("Gracias", sender=ANA, thread=mail.sent[0].thread.token))
    answered(opened, "De nada", key="a2")
    leaves()

    assert talk(opened).channel == "email"
    assert [each.text for each in mail.sent] == ["Ya quedó listo.", "De nada"]


def test_writing_in_the_widget_again_brings_the_talk_back_there(mailbox, mail, leaves):
    opened = come_in(web_chat(mailbox, takes_messages=True))
    left(opened)
    assert talk(opened).channel == "email"

    say(opened.conversation.id, "Ya volví", by=opened.actor, client_key="k2")
    answered(opened, "¡Hola otra vez!")
    leaves()

    assert (talk(opened).channel, talk(opened).address) == ("webchat", None)
    assert mail.sent == []


def test_a_customer_who_signed_in_is_written_at_her_own_address_and_is_less_sure_by_mail(
    mailbox, mail, comes, leaves, monkeypatch
):
    customer = CustomerFactory()
    web = web_chat(mailbox)
    opened = come_in(web, customer)
    answered(opened)
    later(monkeypatch, 11)
    continuing.mail_unread()
    leaves()
    (sent,) = mail.sent
    assert sent.recipient == customer.email

    reply = {"sender": customer.email, "thread": sent.thread.token}
    comes(mailbox, said("Falso", provider_id="f", vouched=False, **reply))
    assert talk(opened).channel == "webchat"
    comes(mailbox, said("Gracias", **reply))
    assert talk(opened).verification is Verification.NONE

    again = come_in(web, customer)
    assert again.conversation.id == opened.conversation.id
    say(again.conversation.id, "Aquí de nuevo", by=again.actor, client_key="w2")
    assert (talk(opened).channel, talk(opened).verification) == ("webchat", Verification.IDENTITY)


def test_a_typed_address_makes_nobody_a_customer(mailbox, comes):
    customer = CustomerFactory()
    opened = come_in(web_chat(mailbox, takes_messages=True), email=customer.email)
    left(opened)

    token = threads.token_of(opened.conversation.id)
    comes(mailbox, said("Soy yo", sender=customer.email, thread=token))

    assert (talk(opened).customer_id, talk(opened).verification) == (None, Verification.NONE)


def left(opened, text="Llámenme", key="m1", **more):
    return left_messages.leave(
        opened.conversation.id,
        text,
        inbox_id=opened.inbox.id,
        introduction=Introduction(**more),
        by=opened.actor,
        client_key=key,
    )


def test_a_message_that_is_left_is_a_ticket_answered_by_mail(mailbox, mail, leaves):
    opened = come_in(web_chat(mailbox, takes_messages=True), email="")

    for _ in range(2):
        left(opened, name="Ana", email="Ana@Example.com", topic="billing")
    answered(opened, "Con gusto")
    leaves()

    ticket = db.session.scalars(select(Ticket)).one()
    assert (ticket.conversation_id, ticket.topic) == (opened.conversation.id, "billing")
    mine = select(Message.body).where(Message.author == Author.CUSTOMER)
    assert db.session.scalars(mine).all() == ["Llámenme"]
    assert talk(opened).visitor_name == "Ana"
    assert [(each.recipient, each.text) for each in mail.sent] == [(ANA, "Con gusto")]


def test_a_message_cannot_be_left_without_an_address_or_where_nobody_takes_it(mailbox):
    with pytest.raises(Invalid):
        left(come_in(web_chat(mailbox, takes_messages=True), email=""))
    with pytest.raises(NoMessagesTaken):
        left(come_in(web_chat(mailbox)))

    assert db.session.scalar(select(func.count()).select_from(Message)) == 0


def test_who_must_say_her_name_first_has_no_talk_before(mailbox):
    web = web_chat(mailbox, before={"name": "must", "email": "may"})

    with pytest.raises(IntroductionNeeded):
        come_in(web)
    opened = come_in(web, name="  Ana  Ruiz ")

    assert talk(opened).visitor_name == "Ana Ruiz"
    assert come_in(web, CustomerFactory()).conversation.visitor_email == ""


def test_a_transcript_tells_what_was_said_to_whoever_talked_and_no_note(mailbox, mail, leaves):
    opened = come_in(web_chat(mailbox))
    say(opened.conversation.id, "¿Y mi bono?", by=opened.actor, client_key="k")
    answered(opened)
    by = agent(id=opened.conversation.assignee_id)
    say(opened.conversation.id, "secret", by=by, client_key="n", kind="note")

    transcripts.send(opened.conversation.id, by=opened.actor)
    leaves()

    (sent,) = mail.sent
    assert sent.recipient == ANA
    assert "¿Y mi bono?" in sent.text
    assert "Ana Ruiz\nYa quedó listo." in sent.text
    assert "secret" not in sent.text
    assert threads.conversation_of(sent.thread.token) == opened.conversation.id
    with pytest.raises(TranscriptsEnough):
        transcripts.send(opened.conversation.id, by=opened.actor)
    transcripts.send(opened.conversation.id, by=by)


def test_a_secret_that_can_still_be_read_in_the_talk_is_not_mailed(mailbox, mail, leaves):
    opened = come_in(web_chat(mailbox))
    told = say(opened.conversation.id, "Es 58120734.", by=BOT, client_key="b")
    covering.cover_later(told, [(3, 11)])
    answered(opened)

    transcripts.send(opened.conversation.id, by=opened.actor)
    leaves()

    assert "Es ••••••••." in mail.sent[0].text
    assert "58120734" not in str(db.session.scalars(select(Delivery.text)).all())


def test_nobody_mails_her_own_words_to_somebody_else_through_us(mailbox):
    opened = come_in(web_chat(mailbox), email="")
    say(opened.conversation.id, "Buy cheap pills", by=opened.actor, client_key="k")

    with pytest.raises(NoMailToHer):
        transcripts.send(opened.conversation.id, by=opened.actor)
    with pytest.raises(TranscriptTooEarly):
        transcripts.send(opened.conversation.id, by=opened.actor, email="victim@example.com")
