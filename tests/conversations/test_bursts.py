"""What a customer writes in one breath, a message a line, is one turn of the bot's."""

from datetime import timedelta

import pytest

from app.conversations import listeners, queries
from app.conversations.events import BotAsked
from app.conversations.models import Status
from app.conversations.service import turn
from app.conversations.service.messages import say
from app.core import clock
from app.core.ids import new_id
from app.core.outbox import NotYet
from tests import rasa_twin
from tests.conversations.test_bot_turn import (
    bodies,
    customer_says,
    hand_over_now,
    rasa,  # noqa: F401 - a fixture
)
from tests.factories import actors
from tests.factories.conversations import ConversationFactory

ROBBED = [
    "ayuda porfavor",
    "me acaban de asaltar en la combi y se llevaron mi cel",
    "les escribo del de mi hermana",
    "apaguen esa linea yaaa",
]
YES = {"text": "¿Lo hago?", "buttons": [{"title": "Sí", "payload": "/affirm"}]}


@pytest.fixture
def talk(database):
    return ConversationFactory()


@pytest.fixture
def bot(rasa):  # noqa: F811
    """Rasa's twin; `bot.heard()` is what it was told, a turn each."""
    rasa.heard = lambda: [question["message"] for _, question in rasa.asked]
    return rasa


def goes_on(conversation, *texts):
    """While the bot answers, in another thread."""
    by = actors.customer(id=conversation.customer_id)
    for text in texts:
        say(conversation.id, text, by=by, client_key=str(new_id()))


def while_it_answers(*happens):
    """The first answer takes long enough for each of these to happen; then the bot has time."""
    at_once = rasa_twin.says([{"text": "Hola"}])

    def behave(question, handler):
        handler.server.behaviour = at_once
        for each in happens:
            each()
        at_once(question, handler)

    return behave


def test_four_messages_at_once_are_one_turn_with_one_answer(talk, bot):
    customer_says(talk, *ROBBED)

    turn.answer(talk.id)

    assert bot.heard() == ["\n".join(ROBBED)]
    assert bodies(talk) == [*ROBBED, "Hola"]
    assert talk.bot_seq == 4


def test_what_was_understood_of_them_is_kept_with_the_last(talk, bot):
    customer_says(talk, "hola", "mi saldo")
    understood = {"kind": "understood", "intent": "check_balance", "confidence": 0.9}
    bot.behaviour = rasa_twin.says([{"text": "Tienes $10."}, {"custom": understood}])

    turn.answer(talk.id)

    first, last, _ = queries.messages_after(talk.id, 0, for_staff=True)
    assert "understood" not in first.extra
    assert last.extra["understood"]["intent"] == "check_balance"


def test_what_comes_while_the_bot_is_busy_is_the_next_turn(talk, bot):
    customer_says(talk, "uno")
    bot.behaviour = while_it_answers(lambda: goes_on(talk, "dos", "tres"))

    turn.answer(talk.id)

    assert bot.heard() == ["uno", "dos\ntres"]
    assert bodies(talk) == ["uno", "dos", "tres", "Hola", "Hola"]


def test_a_pressed_button_is_a_turn_by_itself_in_its_place(talk, bot):
    bot.behaviour = rasa_twin.says([YES])
    customer_says(talk, "quiero el plan plus")
    turn.answer(talk.id)

    customer_says(talk, "mmm", "va")
    customer_says(talk, "Sí", extra={"payload": "/affirm"})
    customer_says(talk, "gracias", "eso es todo")
    turn.answer(talk.id)

    assert bot.heard()[1:] == ["mmm\nva", "/affirm", "gracias\neso es todo"]


def test_a_code_she_was_sent_is_a_turn_by_itself(talk, bot):
    customer_says(talk, "es este", "••••••", "ya?")
    queries.messages_after(talk.id, 0, for_staff=True)[1].extra = {"code": {"outcome": "proven"}}

    turn.answer(talk.id)

    assert bot.heard() == ["es este", '/code_given{"outcome": "proven"}', "ya?"]


def test_the_same_words_again_are_heard_once_and_impatience_is_no_doubt(talk, bot):
    customer_says(talk, "sim", "sim", "Sim??", "e hoje?", "e hoje?", "??", "??", "sim")

    turn.answer(talk.id)

    assert bot.heard() == ["sim\ne hoje?\n??\nsim"]
    assert bodies(talk)[:3] == ["sim", "sim", "Sim??"]


def test_a_turn_has_ten_messages_at_most(talk, bot):
    lines = [f"línea {number}" for number in range(12)]
    customer_says(talk, *lines)

    turn.answer(talk.id)

    assert bot.heard() == ["\n".join(lines[:10]), "\n".join(lines[10:])]


def test_a_turn_has_two_thousand_letters_at_most_but_a_longer_message_is_heard_whole(talk, bot):
    long, half = "a" * 3000, "b" * 1000
    customer_says(talk, long, half, half[1:], "c")

    turn.answer(talk.id)

    assert bot.heard() == [long, f"{half}\n{half[1:]}", "c"]


def test_none_of_them_is_a_command(talk, bot):
    customer_says(talk, "/restart", "/ /affirm")

    turn.answer(talk.id)

    assert bot.heard() == ["restart\naffirm"]


@pytest.mark.parametrize(
    "pieces",
    [
        ["pago con la tarjeta 411111", "1111111111 por favor"],
        ["mi tarjeta es 4111 1111", "1111 1111"],
        ["4111", "1111", "1111", "1111"],
    ],
)
def test_a_card_number_that_is_broken_over_them_is_not_told(talk, bot, pieces):
    customer_says(talk, *pieces)

    turn.answer(talk.id)

    digits = [each for each in "".join(bot.heard()) if each.isdigit()]
    assert len(digits) <= 9 + 4


def test_a_worker_that_dies_before_the_answer_is_stored_loses_and_doubles_nothing(
    talk, bot, monkeypatch
):
    def die(*_):
        raise KeyboardInterrupt

    customer_says(talk, "uno", "dos")
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(turn, "_take_down", die)
        turn.answer(talk.id)
    customer_says(talk, "tres")
    turn.answer(talk.id)
    turn.answer(talk.id)

    assert bot.heard() == ["uno\ndos", "uno\ndos\ntres"]
    assert bodies(talk) == ["uno", "dos", "tres", "Hola"]


def test_a_worker_whom_another_overtook_stores_nothing_and_asks_what_is_left(talk, bot):
    customer_says(talk, "uno", "dos")
    bot.behaviour = while_it_answers(
        lambda: turn._answer_next(talk.id),  # its lock was lost with its connection
        lambda: goes_on(talk, "tres"),
    )

    turn.answer(talk.id)

    assert bot.heard() == ["uno\ndos", "uno\ndos", "tres"]
    assert bodies(talk) == ["uno", "dos", "Hola", "tres", "Hola"]


def test_once_a_person_is_called_the_rest_gets_no_turn(talk, bot):
    customer_says(talk, "ayuda")
    bot.behaviour = while_it_answers(
        lambda: goes_on(talk, "por favor", "me robaron"), lambda: hand_over_now(talk)
    )

    turn.answer(talk.id)

    assert bot.heard() == ["ayuda"]
    assert talk.status is Status.WAITING
    assert bodies(talk) == ["ayuda", "por favor", "me robaron", "A person will take over.", "Hola"]


# ---- the moment that she is given to go on


def asked(talk):
    listeners.ask_bot(BotAsked(talk.id, talk.last_seq))


def test_a_word_or_two_wait_a_moment_for_more_and_are_heard_with_it(talk, bot):
    customer_says(talk, "ayuda porfavor")
    with pytest.raises(NotYet) as early:
        asked(talk)
    customer_says(talk, *ROBBED[1:])
    with pytest.raises(NotYet):
        asked(talk)
    with clock.moved_to(clock.now() + timedelta(seconds=early.value.seconds)):
        asked(talk)

    assert 0 < early.value.seconds <= 0.6
    assert bot.heard() == ["\n".join(ROBBED)]


@pytest.mark.parametrize(
    "words",
    [
        "me robaron el celular en la combi",
        "mi linea 4567",
        "¿cuánto saldo tengo?",
    ],
)
def test_who_says_all_in_one_message_waits_for_nothing(talk, bot, words):
    customer_says(talk, words)

    asked(talk)

    assert bot.heard() == [words]


def test_a_pressed_button_waits_for_nothing(talk, bot):
    customer_says(talk, "Mi saldo", extra={"payload": "/check_balance"})

    asked(talk)

    assert bot.heard() == ["Mi saldo"]


def answered(talk, bot, words, intent):
    understood = {"kind": "understood", "intent": intent, "confidence": 0.9}
    bot.behaviour = rasa_twin.says([{"text": "…"}, {"custom": understood}])
    customer_says(talk, words)
    turn.answer(talk.id)


def test_in_the_middle_of_a_matter_a_short_answer_waits_for_nothing(talk, bot):
    answered(talk, bot, "quiero el plan plus", "change_plan")
    customer_says(talk, "sí")

    asked(talk)

    assert bot.heard()[-1] == "sí"


def test_who_has_only_said_hello_has_not_begun(talk, bot):
    answered(talk, bot, "hola", "greet")
    customer_says(talk, "ayuda porfavor")

    with pytest.raises(NotYet):
        asked(talk)


def test_after_a_long_silence_she_begins_again(talk, bot):
    with clock.moved_to(clock.now() - timedelta(minutes=11)):
        answered(talk, bot, "quiero el plan plus", "change_plan")
    customer_says(talk, "ayuda porfavor")

    with pytest.raises(NotYet):
        asked(talk)


def test_on_the_telephone_nobody_waits(database, bot):
    call = ConversationFactory(channel="voice")
    customer_says(call, "ayuda")

    asked(call)

    assert bot.heard() == ["ayuda"]


def test_a_talk_with_a_person_waits_for_nothing_and_has_no_turn(database, bot):
    talk = ConversationFactory(waiting=True)
    customer_says(talk, "ayuda")

    asked(talk)

    assert bot.heard() == []
