from datetime import UTC, timedelta

import pytest
from sqlalchemy import func, select

from app.conversations import queries
from app.conversations.errors import (
    ConversationNotWithBot,
    EmptyMessage,
    MessageTooLong,
    NotYourConversation,
    UnreadableMessage,
)
from app.conversations.events import BotAsked, MessageMarked, MessagePosted
from app.conversations.models import Conversation, Message, MessageKind, Status
from app.conversations.presentation import as_message
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from tests.factories import actors
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.heard import heard
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database")


def writer(conversation):
    return actors.customer(id=conversation.customer_id)


def owner(conversation):
    return db.session.get(Conversation, conversation.id).assignee.as_actor()


def test_messages_are_numbered_without_gaps_and_told_to_everyone():
    conversation = ConversationFactory()
    by = writer(conversation)

    with heard(MessagePosted, BotAsked) as said:
        first = say(conversation.id, "Hola", by=by, client_key="a")
        second = say(conversation.id, "¿Cuánto saldo tengo?", by=by, client_key="b")

    assert (first.seq, second.seq, conversation.last_seq) == (1, 2, 2)
    assert [type(each) for each in said] == [MessagePosted, BotAsked] * 2
    assert said[2].message_id == second.id
    assert said[3] == BotAsked(conversation.id, 2)


def test_the_same_key_gives_back_the_first_message():
    conversation = ConversationFactory()
    by = writer(conversation)

    first = say(conversation.id, "Hola", by=by, client_key="a")
    with heard(MessagePosted) as said:
        again = say(conversation.id, "Hola", by=by, client_key="a")
    third = say(conversation.id, "Otra", by=by, client_key="b")

    assert again.id == first.id
    assert said == []
    assert third.seq == 2


def test_what_is_said_again_reads_nothing_and_is_not_said_just_now():
    """As a widget does that has lost the line: an agent has answered meanwhile."""
    conversation = ConversationFactory(open=True)
    by, ana = writer(conversation), owner(conversation)
    say(conversation.id, "Hola", by=by, client_key="a")
    say(conversation.id, "¿En qué te ayudo?", by=ana, client_key="b")
    say(conversation.id, "Con mi factura", by=by, client_key="c")

    def standing():
        fresh = db.session.get_one(Conversation, conversation.id, populate_existing=True)
        read = (fresh.customer_read_seq, fresh.staff_read_seq)
        return *read, fresh.last_seq, fresh.last_message_at, fresh.first_reply_at

    before = standing()
    say(conversation.id, "¿Sigues ahí?", by=ana, client_key="d")
    after = standing()
    with clock.moved_to(clock.now() + timedelta(minutes=5)):
        say(conversation.id, "Con mi factura", by=by, client_key="c")
        say(conversation.id, "¿En qué te ayudo?", by=ana, client_key="b")

    assert before[:3] == (3, 2, 3)
    assert after[:3] == (3, 4, 4)
    assert standing() == after


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", EmptyMessage),
        (" \n\t ", EmptyMessage),
        ("x" * 4001, MessageTooLong),
        ("\x00" * 1_000_000, MessageTooLong),
        ("nul\x00", UnreadableMessage),
        ("lone \ud83d surrogate", UnreadableMessage),
        ("\x1b[31mred", UnreadableMessage),
        (b"bytes", UnreadableMessage),
        (None, UnreadableMessage),
        ({"text": "x"}, UnreadableMessage),
    ],
)
def test_what_cannot_be_said(text, refusal):
    conversation = ConversationFactory()

    with pytest.raises(refusal):
        say(conversation.id, text, by=writer(conversation), client_key="a")

    assert db.session.scalar(select(func.count()).select_from(Message)) == 0
    assert conversation.last_seq == 0


def test_four_thousand_characters_after_trimming_are_allowed():
    conversation = ConversationFactory()

    message = say(conversation.id, f"  {'ñ' * 4000}\r\n", by=writer(conversation), client_key="a")

    assert message.body == "ñ" * 4000


@pytest.mark.parametrize("key", ["", "x" * 81, "with space", "\x00", None, 7])
def test_a_senseless_client_key_is_refused(key):
    conversation = ConversationFactory()

    with pytest.raises(Invalid):
        say(conversation.id, "Hola", by=writer(conversation), client_key=key)


def test_a_card_number_never_reaches_the_table():
    conversation = ConversationFactory()

    message = say(
        conversation.id, "es la 4111 1111 1111 1111", by=writer(conversation), client_key="a"
    )

    assert message.body == "es la •••• 1111"


@pytest.mark.parametrize(
    ("pieces", "stored"),
    [
        (["4111", "1111", "1111", "1111"], ["••••", "••••", "••••", "•••• 1111"]),
        (["es 4111 1111", "1111 1111 ok"], ["es ••••", "•••• 1111 ok"]),
        (["55 1234", "5678"], ["55 1234", "5678"]),
    ],
)
def test_a_card_number_in_pieces_is_cut_too(pieces, stored):
    conversation = ConversationFactory()
    by = writer(conversation)

    with heard(MessageMarked) as changed:
        for n, piece in enumerate(pieces):
            say(conversation.id, piece, by=by, client_key=f"k{n}")

    kept = queries.messages_after(conversation.id, 0, for_staff=True)
    assert [each.body for each in kept] == stored
    cut_later = [each for each, piece in zip(kept[:-1], pieces, strict=False) if each.body != piece]
    assert {each.message_id for each in changed} == {each.id for each in cut_later}


def test_a_piece_that_is_said_again_is_no_second_piece():
    conversation = ConversationFactory()
    by = writer(conversation)

    for key, piece in (("a", "4111 1111"), ("b", "1111"), ("b", "1111")):
        say(conversation.id, piece, by=by, client_key=key)

    kept = queries.messages_after(conversation.id, 0, for_staff=True)
    assert [each.body for each in kept] == ["4111 1111", "1111"]


@pytest.mark.parametrize(
    "stranger",
    [actors.customer(), actors.visitor(), actors.agent(markets=("BR",))],
    ids=["another customer", "a visitor", "an agent of another market"],
)
def test_strangers_learn_nothing_of_a_conversation(stranger):
    conversation = ConversationFactory()

    with pytest.raises(NotFound):
        say(conversation.id, "Hola", by=stranger, client_key="a")
    with pytest.raises(NotFound):
        say(new_id(), "Hola", by=stranger, client_key="a")


def test_an_agent_replies_only_in_what_is_hers():
    conversation = ConversationFactory(open=True)
    colleague = StaffFactory(supervisor=True).as_actor()

    reply = say(conversation.id, "Hola, soy Ana", by=owner(conversation), client_key="a")
    with pytest.raises(NotYourConversation):
        say(conversation.id, "Yo también", by=colleague, client_key="b")
    note = say(conversation.id, "Es VIP", by=colleague, client_key="c", kind=MessageKind.NOTE)

    assert conversation.first_reply_at == reply.at
    assert (reply.seq, note.seq) == (1, 2)


def test_customers_never_get_notes():
    conversation = ConversationFactory(open=True)
    say(conversation.id, "uno", by=writer(conversation), client_key="a")
    say(
        conversation.id,
        "secreto",
        by=owner(conversation),
        client_key="b",
        kind=MessageKind.NOTE,
    )
    say(conversation.id, "tres", by=owner(conversation), client_key="c")

    hers = queries.messages_after(conversation.id, 0, for_staff=False)
    ours = queries.messages_after(conversation.id, 1, for_staff=True)

    assert [each.seq for each in hers] == [1, 3]
    assert [each.seq for each in ours] == [2, 3]
    with pytest.raises(Invalid):
        say(
            conversation.id,
            "x",
            by=writer(conversation),
            client_key="d",
            kind=MessageKind.NOTE,
        )


def test_the_bot_is_silent_while_a_person_owns_the_conversation():
    conversation = ConversationFactory(open=True)

    with pytest.raises(ConversationNotWithBot):
        say(conversation.id, "Soy un bot", by=BOT, client_key="a")


def test_a_customers_message_wakes_a_resolved_conversation():
    conversation = ConversationFactory(open=True, status=Status.RESOLVED)

    with heard(BotAsked) as said:
        say(conversation.id, "Otra cosa", by=writer(conversation), client_key="a")

    assert (conversation.status, conversation.assignee_id) == (Status.BOT, None)
    assert said == [BotAsked(conversation.id, 1)]


def test_a_late_copy_of_a_message_wakes_nothing():
    conversation = ConversationFactory(open=True)
    owner_id = conversation.assignee_id
    say(conversation.id, "Hola", by=writer(conversation), client_key="a")
    conversation.status = Status.RESOLVED
    db.session.commit()

    say(conversation.id, "Hola", by=writer(conversation), client_key="a")

    assert (conversation.status, conversation.assignee_id) == (Status.RESOLVED, owner_id)


def test_a_customer_cannot_make_cards_and_buttons():
    conversation = ConversationFactory()
    by = writer(conversation)

    with pytest.raises(Invalid):
        say(conversation.id, "x", by=by, client_key="a", extra={"card": {"url": "https://evil"}})
    pressed = say(conversation.id, "Sí", by=by, client_key="b", extra={"payload": "/affirm"})

    assert as_message(pressed, for_staff=False)["extra"] == {}


def test_saying_something_takes_two_statements(session):
    conversation = ConversationFactory(open=True)
    conversation_id, by = conversation.id, writer(conversation)
    session.expunge_all()

    with statements(session) as sent:
        say(conversation_id, "Hola", by=by, client_key="a")

    assert len(sent) == 2, sent


def test_a_message_is_shown_the_same_everywhere():
    conversation = ConversationFactory()
    message = say(conversation.id, "Hola", by=writer(conversation), client_key="a")

    shown = as_message(message, for_staff=False)

    assert shown == {
        "id": str(message.id),
        "seq": 1,
        "kind": "text",
        "author": {"kind": "customer", "name": "Valeria Soto"},
        "text": "Hola",
        "extra": {},
        "attachments": [],
        "at": message.at.astimezone(UTC).isoformat(),
        "key": "a",
    }
