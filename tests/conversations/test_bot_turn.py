import time
from datetime import timedelta

import pytest

from app.conversations import queries, switchboard
from app.conversations.adapters.rasa import Rasa
from app.conversations.events import HandedOver
from app.conversations.models import Conversation, Status
from app.conversations.presentation import as_message
from app.conversations.service import handover, ownership, turn
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT
from tests import rasa_twin
from tests.factories import actors
from tests.factories.conversations import ConversationFactory, InboxFactory
from tests.factories.identity import StaffFactory
from tests.heard import heard


@pytest.fixture
def rasa():
    """A twin of Rasa that the conversations are connected to."""
    with rasa_twin.rasa_twin() as server:
        before = switchboard.bot()
        bot = Rasa(server.url)
        switchboard.plug_in(bot)
        yield server
        switchboard.plug_in(before)
        bot.close()


def customer_says(conversation, *texts, **more):
    by = actors.customer(id=conversation.customer_id)
    for text in texts:
        key = f"k{conversation.last_seq}"
        say(conversation.id, text, by=by, client_key=key, **more)


def bodies(conversation):
    return [each.body for each in queries.messages_after(conversation.id, 0, for_staff=False)]


def test_the_bot_answers_in_order_with_buttons(database, rasa):
    conversation = ConversationFactory()
    customer_says(conversation, "¿Cuánto saldo tengo?")
    rasa.behaviour = rasa_twin.says(
        [
            {"recipient_id": "x", "text": "Tienes $152.40."},
            {"text": "¿Algo más?", "buttons": [{"title": "Sí", "payload": "/affirm"}]},
            {"custom": {"kind": "understood", "intent": "check_balance", "confidence": 0.93}},
        ]
    )

    turn.answer(conversation.id)

    asked, *answers = queries.messages_after(conversation.id, 0, for_staff=False)
    assert [each.body for each in answers] == ["Tienes $152.40.", "¿Algo más?"]
    shown = as_message(answers[1], for_staff=False)
    assert shown["extra"] == {"buttons": [{"title": "Sí", "payload": "/affirm"}]}
    assert asked.extra["understood"] == {"intent": "check_balance", "confidence": 0.93}
    assert rasa.asked == [
        (
            "/webhooks/rest/webhook",
            {
                "sender": str(conversation.id),
                "message": "¿Cuánto saldo tengo?",
                "metadata": {
                    "conversation_id": str(conversation.id),
                    "language": "es",
                    "channel": "webchat",
                    "market": "MX",
                },
            },
        )
    ]


def test_every_message_is_answered_once_and_in_order(database, rasa):
    conversation = ConversationFactory()
    customer_says(conversation, "uno", "dos", "tres")

    turn.answer(conversation.id)
    turn.answer(conversation.id)

    assert [question["message"] for _, question in rasa.asked] == ["uno", "dos", "tres"]
    assert bodies(conversation) == ["uno", "dos", "tres", "Hola", "Hola", "Hola"]


def test_eight_workers_at_once_ask_once(committed, in_parallel, rasa):
    conversation = ConversationFactory()
    conversation_id = conversation.id
    customer_says(conversation, "uno", "dos")
    db.session.remove()
    rasa.behaviour = rasa_twin.says([{"text": "Hola"}], after=0.1)

    in_parallel(lambda _: turn.answer(conversation_id), range(8))

    db.session.remove()
    assert [question["message"] for _, question in rasa.asked] == ["uno", "dos"]
    assert bodies(db.session.get(Conversation, conversation_id)) == ["uno", "dos", "Hola", "Hola"]


def test_the_bot_switches_the_language_and_sends_a_pay_card(database, rasa):
    conversation = ConversationFactory()
    customer_says(conversation, "quero pagar")
    link = {"kind": "payment_link", "url": "https://pay.example/1", "amount": "R$ 49,90"}
    rasa.behaviour = rasa_twin.says(
        [{"custom": {"kind": "language", "language": "pt"}}, {"custom": link}]
    )

    turn.answer(conversation.id)

    _, card = queries.messages_after(conversation.id, 0, for_staff=False)
    assert conversation.language == "pt"
    assert as_message(card, for_staff=False)["extra"] == {"card": link}


def test_customers_cannot_command_the_bot(database, rasa):
    conversation = ConversationFactory()
    customer_says(conversation, "/restart")
    customer_says(conversation, "Sí", extra={"payload": "/affirm"})
    rasa.behaviour = rasa_twin.says(
        [{"text": "¿Sí?", "buttons": [{"title": "Sí", "payload": "/affirm"}]}]
    )

    turn.answer(conversation.id)
    customer_says(conversation, "Sí", extra={"payload": "/affirm"})
    customer_says(conversation, "Sí", extra={"payload": "/set{}"})
    turn.answer(conversation.id)

    heard_by_bot = [question["message"] for _, question in rasa.asked]
    # The second was pressed before the bot had offered it, but is asked after.
    assert heard_by_bot == ["restart", "/affirm", "/affirm", "Sí"]


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(rasa_twin.hangs, id="hangs"),
        pytest.param(rasa_twin.drips, id="drips"),
        pytest.param(rasa_twin.hangs_up, id="hangs up"),
        pytest.param(rasa_twin.sends(b"<html>Bad gateway</html>"), id="garbage"),
        pytest.param(rasa_twin.sends(b"\xff\xfe{"), id="bytes"),
        pytest.param(rasa_twin.sends(b"[]"), id="nothing to say"),
        pytest.param(rasa_twin.sends(b'[{"text": null}]'), id="null"),
        pytest.param(rasa_twin.sends(b'[{"text": "x\\u0000"}]'), id="NUL"),
        pytest.param(rasa_twin.sends(b'[{"custom": {"kind": "understood"}}]'), id="no words"),
        pytest.param(rasa_twin.sends(b"oops", 500), id="broken"),
        pytest.param(rasa_twin.sends(b"x" * 400_000), id="endless"),
    ],
)
def test_a_bot_that_fails_means_a_person_within_three_seconds(database, rasa, behaviour):
    conversation = ConversationFactory()
    customer_says(conversation, "Hola")
    rasa.behaviour = behaviour

    started = time.monotonic()
    with heard(HandedOver) as said:
        turn.answer(conversation.id)

    assert time.monotonic() - started < 3
    assert conversation.status is Status.WAITING
    assert [each.reason for each in said] == ["bot_unavailable"]


def test_no_bot_listening_means_a_person(database, rasa):
    conversation = ConversationFactory()
    customer_says(conversation, "Hola")
    rasa.shutdown()
    rasa.server_close()

    turn.answer(conversation.id)

    assert conversation.status is Status.WAITING
    assert not switchboard.bot().is_up()


def test_an_inbox_without_bot_goes_to_people(database, rasa):
    conversation = ConversationFactory(inbox=InboxFactory(bot_on=False))
    customer_says(conversation, "Hola")

    turn.answer(conversation.id)

    assert conversation.status is Status.WAITING
    assert rasa.asked == []


def test_the_bot_may_say_goodbye_after_handing_over(database, rasa):
    conversation = ConversationFactory()
    customer_says(conversation, "Quiero hablar con una persona")

    def hand_over(question, handler):
        hand_over_now(conversation)
        rasa_twin.says([{"text": "Te paso con una persona."}])(question, handler)

    rasa.behaviour = hand_over
    turn.answer(conversation.id)

    assert bodies(conversation)[-1] == "Te paso con una persona."
    assert conversation.status is Status.WAITING


def hand_over_now(conversation):
    """As the bot's own server does while Rasa is thinking, in another process."""
    handover.hand_over(
        conversation.id,
        by=BOT,
        reason="asked",
        intent="talk_to_agent",
        topic="other",
        slots={},
        tried=[],
        summary="",
    )


def test_a_person_who_came_in_between_is_not_interrupted(database, rasa):
    conversation, ana = ConversationFactory(), StaffFactory()
    customer_says(conversation, "Hola")

    def accept_meanwhile(question, handler):
        hand_over_now(conversation)
        ownership.assign(conversation.id, ana.id, by=ana.as_actor())
        rasa_twin.says([{"text": "Soy el bot"}])(question, handler)

    rasa.behaviour = accept_meanwhile
    turn.answer(conversation.id)

    assert "Soy el bot" not in bodies(conversation)
    assert conversation.status is Status.OPEN


def test_the_watchdog_calls_a_person_for_who_waits_too_long(database):
    forgotten, answered, fresh = (ConversationFactory() for _ in range(3))
    with clock.moved_to(clock.now() - timedelta(seconds=5)):
        customer_says(forgotten, "¿Hola?")
        customer_says(answered, "¿Hola?")
    answered.bot_seq = 1
    db.session.commit()
    customer_says(fresh, "Hola")

    assert turn.hand_over_the_waiting() == 1

    db.session.expire_all()
    assert [each.status.value for each in (forgotten, answered, fresh)] == ["waiting", "bot", "bot"]
