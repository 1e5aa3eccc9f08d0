"""Several Rasa processes share the talks; one that is away is passed over, and loses nothing."""

import time
from types import SimpleNamespace
from uuid import UUID

import pytest

from app.conversations.adapters import rasa
from app.conversations.adapters.rasa import Rasa
from app.conversations.port import BotDown, Question
from app.core.ids import new_id
from tests import rasa_twin
from tests.conftest import NOBODY


def question(number=None):
    talk = new_id() if number is None else UUID(int=number)
    return Question(talk, "Hola", "es", "webchat", "MX")


@pytest.fixture
def two():
    with rasa_twin.rasa_twin() as first, rasa_twin.rasa_twin() as second:
        bot = Rasa(f"{first.url}, {second.url}")
        yield bot, first, second
        bot.close()


def test_a_talk_stays_with_one_process_and_talks_are_shared(two):
    bot, first, second = two

    for number in (0, 1, 0, 1, 2):
        bot.ask(question(number))

    assert [len(first.asked), len(second.asked)] == [3, 2]


def test_nobody_there_is_passed_over_and_asked_once_in_a_while():
    with rasa_twin.rasa_twin() as lively:
        bot = Rasa(f"{NOBODY},{lively.url}")

        answers = [bot.ask(question(number)) for number in range(6)]

        assert [each[0].text for each in answers] == ["Hola"] * 6
        assert len(lively.asked) == 6
        assert bot.is_up()
        bot.close()


def test_what_may_have_been_heard_is_not_said_to_another(two):
    bot, first, second = two
    first.behaviour = rasa_twin.hangs_up

    with pytest.raises(BotDown):
        bot.ask(question(0))

    assert second.asked == []


def test_when_all_are_away_the_bot_is():
    bot = Rasa(f"{NOBODY},{NOBODY}")

    with pytest.raises(BotDown):
        bot.ask(question())

    assert not bot.is_up()
    bot.close()


def test_one_that_fails_again_and_again_is_left_alone_until_it_has_had_a_pause(monkeypatch):
    with rasa_twin.rasa_twin() as server:
        bot = Rasa(f"{server.url},{NOBODY}")
        server.behaviour = rasa_twin.sends(b"oops", 500)
        for _ in range(9):
            with pytest.raises(BotDown):
                bot.ask(question())
        while_broken = len(server.asked)
        server.behaviour = rasa_twin.says([{"text": "Hola"}])
        monkeypatch.setattr(rasa, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + 6))

        answers = bot.ask(question())

        assert while_broken == 5
        assert answers[0].text == "Hola"
        bot.close()


def test_failures_now_and_then_break_nothing():
    with rasa_twin.rasa_twin() as server:
        bot = Rasa(server.url)
        for _ in range(4):
            server.behaviour = rasa_twin.sends(b"oops", 500)
            for _ in range(4):
                with pytest.raises(BotDown):
                    bot.ask(question())
            server.behaviour = rasa_twin.says([{"text": "Hola"}])
            bot.ask(question())

        assert len(server.asked) == 20
        bot.close()
