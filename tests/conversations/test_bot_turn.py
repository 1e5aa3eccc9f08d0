import time
from datetime import timedelta

import pytest

from app.conversations import queries, switchboard
from app.conversations.adapters.rasa import Rasa
from app.conversations.events import HandedOver
from app.conversations.models import Conversation, Status, Understanding
from app.conversations.presentation import as_message
from app.conversations.service import handover, ownership, turn
from app.conversations.service.messages import say
from app.core import clock, db, events
from app.core.actor import BOT
from tests import rasa_twin
from tests.factories import actors
from tests.factories.conversations import ConversationFactory, InboxFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
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


def test_what_may_be_chosen_comes_before_leaving_it(database, rasa):
    conversation = ConversationFactory()
    customer_says(conversation, "Quiero otro plan")
    titles = {"Dejarlo así": "/stop_flow", "Básico": "/choose{1}", "Plus": "/choose{2}"}
    buttons = [{"title": title, "payload": payload} for title, payload in titles.items()]
    rasa.behaviour = rasa_twin.says([{"text": "¿Qué plan te gustaría?", "buttons": buttons}])

    turn.answer(conversation.id)

    shown = as_message(queries.messages_after(conversation.id, 0, for_staff=False)[1], False)
    assert [each["title"] for each in shown["extra"]["buttons"]] == [
        "Básico",
        "Plus",
        "Dejarlo así",
    ]


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


def test_what_was_understood_is_kept_beside_the_message_for_reviews_and_reports(database, rasa):
    conversation = ConversationFactory()
    customer_says(conversation, "¿Cuánto saldo tengo?")
    told = {"kind": "understood", "intent": "check_balance", "confidence": 0.61}
    told |= {"next": "view_bill", "next_confidence": 0.2}
    rasa.behaviour = rasa_twin.says([{"text": "Tienes $152.40."}, {"custom": told}])

    turn.answer(conversation.id)
    turn.answer(conversation.id)

    (kept,) = db.session.query(Understanding)
    asked, _ = queries.messages_after(conversation.id, 0, for_staff=True)
    assert (kept.message_id, kept.at) == (asked.id, asked.at)
    assert (kept.intent, kept.confidence) == ("check_balance", 0.61)
    assert (kept.next_intent, kept.next_confidence) == ("view_bill", 0.2)
    assert (kept.market_code, kept.channel, kept.language) == ("MX", "webchat", "es")


def test_every_message_is_answered_once_and_in_order(database, rasa):
    conversation = ConversationFactory()
    for each in ("uno", "dos", "tres"):
        customer_says(conversation, each)
        turn.answer(conversation.id)
        turn.answer(conversation.id)

    assert [question["message"] for _, question in rasa.asked] == ["uno", "dos", "tres"]
    assert bodies(conversation) == ["uno", "Hola", "dos", "Hola", "tres", "Hola"]


def test_eight_workers_at_once_ask_once(committing, in_parallel, rasa):
    conversation = ConversationFactory()
    conversation_id = conversation.id
    customer_says(conversation, "uno", "dos")
    db.session.remove()
    rasa.behaviour = rasa_twin.says([{"text": "Hola"}], after=0.1)

    in_parallel(lambda _: turn.answer(conversation_id), range(8))

    db.session.remove()
    assert [question["message"] for _, question in rasa.asked] == ["uno\ndos"]
    assert bodies(db.session.get(Conversation, conversation_id)) == ["uno", "dos", "Hola"]


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
        pytest.param(
            rasa_twin.says([{"text": "x", "buttons": [{"title": "a\0", "payload": "/b"}]}]),
            id="NUL in a button",
        ),
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


def test_what_the_bot_says_of_how_sure_it_is_may_be_anything(database, rasa):
    conversation = ConversationFactory()
    customer_says(conversation, "Hola")
    sure = b'"intent": "greet\\u0000", "confidence": NaN, "next": 7, "next_confidence": 1e999'
    rasa.behaviour = rasa_twin.sends(
        b'[{"text": "Hola"}, {"custom": {"kind": "understood", ' + sure + b"}}]"
    )

    turn.answer(conversation.id)

    asked, answer = queries.messages_after(conversation.id, 0, for_staff=True)
    assert (conversation.status, answer.body) == (Status.BOT, "Hola")
    assert asked.extra["understood"] == {
        "intent": "greet",
        "confidence": None,
        "next": "7",
        "next_confidence": None,
    }


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


def waiting_since(seconds, count):
    made = [ConversationFactory() for _ in range(count)]
    with clock.moved_to(clock.now() - timedelta(seconds=seconds)):
        for each in made:
            customer_says(each, "¿Hola?")
    return made


def test_the_watchdog_sees_an_answer_that_comes_in_between(database, monkeypatch):
    (talked,) = waiting_since(5, 1)
    look = queries.unanswered_by_bot
    found = look(switchboard.patience())
    say(talked.id, "Aquí estoy", by=BOT, client_key="late")
    talked.bot_seq = 1
    db.session.commit()
    monkeypatch.setattr(
        queries, "unanswered_by_bot", lambda of=None, **more: look(of=of, **more) if of else found
    )

    assert turn.hand_over_the_waiting() == 0
    assert (found, talked.status) == ([talked.id], Status.BOT)


@pytest.mark.parametrize("watchdog", [turn.hand_over_the_waiting, turn.hand_over_the_stuck])
def test_a_talk_that_cannot_be_handed_over_keeps_nobody_else_waiting(
    database, watchdog, monkeypatch
):
    MarketFactory()
    ids = [each.id for each in waiting_since(600, 3)]

    def fail(event):
        if event.conversation_id == ids[0]:
            raise RuntimeError("something is wrong with this one")

    monkeypatch.setattr(events, "_tables", events.Tables(in_transaction={HandedOver: [fail]}))
    freed = watchdog()

    db.session.expire_all()
    states = [db.session.get(Conversation, each).status.value for each in ids]
    assert (freed, states) == (2, ["bot", "waiting", "waiting"])


def told(rasa, conversation, texts):
    """What the bot, which keeps what it hears, is told when each message is answered at once."""
    for text in texts:
        rasa.behaviour = rasa_twin.says([{"recipient_id": "x", "text": "?"}])
        customer_says(conversation, text)
        turn.answer(conversation.id)
    return [body["message"] for _, body in rasa.asked]


@pytest.mark.parametrize(
    "pieces",
    [
        ["4111 1111 1111 1111"],
        ["mi tarjeta es 4111-1111-1111-1111, cobra"],
        ["４１１１ １１１１ １１１１ １１１１"],
        ["4111", "1111", "1111", "1111"],
        ["4111 1111", "1111", "1111"],
        ["411111", "1111111", "111"],
        ["hola", "411111111", "1111111"],
    ],
)
def test_the_bot_is_never_told_a_whole_card_number(database, rasa, pieces):
    heard = told(rasa, ConversationFactory(), pieces)

    digits = "".join(each for each in "".join(heard) if each.isdigit())
    assert len(digits) <= 9 + 4


@pytest.mark.parametrize(
    "texts",
    [
        ["5512345678", "200"],
        ["4567", "200"],
        ["1234567890123456"],
        ["TT-2026-000123", "2026", "50"],
        ["recarga 100", "4567", "no, 150"],
    ],
)
def test_the_bot_hears_numbers_that_are_no_cards(database, rasa, texts):
    assert told(rasa, ConversationFactory(), texts) == texts
