"""A PUK or a port code is told through the bot, which never has it, and is covered later."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.conversations.models import ToldSecret
from app.conversations.secret_words import blank, covered, filled
from app.conversations.service import covering, turn
from app.core import clock, db
from tests import rasa_twin
from tests.conversations.test_bot_turn import bodies, customer_says, rasa  # noqa: F401 - a fixture
from tests.factories.conversations import ConversationFactory

PUK = "58120734"


@pytest.fixture
def talk(database):
    return ConversationFactory()


def tells(server, conversation):
    """The bot answers with a blank for the PUK, twice; nothing that goes over the wire is it."""
    words = blank(PUK, conversation.id)
    server.behaviour = rasa_twin.says([{"text": f"Tu PUK es {words}: marca **05*{words}*"}])
    assert PUK not in words
    customer_says(conversation, "mi puk")
    turn.answer(conversation.id)


def test_a_blank_is_filled_in_its_own_conversation_alone(talk):
    words = f"Es {blank(PUK, talk.id)}."

    assert filled(words, talk.id) == (f"Es {PUK}.", [(3, 11)])
    assert filled(words, uuid4()) == ("Es ••••.", [])
    assert filled("⟦nothing-that-was-sealed⟧ ⟦x⟧", talk.id) == ("•••• ⟦x⟧", [])


def test_covering_leaves_everything_else_where_it_was():
    assert covered("PUK 58120734, y 58120734", [(4, 12), (16, 24)]) == "PUK ••••••••, y ••••••••"


def test_what_the_bot_told_is_readable_for_a_while_and_then_covered(talk, rasa):  # noqa: F811
    tells(rasa, talk)
    fresh = bodies(talk)[-1]
    covering.cover_due()
    still = bodies(talk)[-1]

    with clock.moved_to(clock.now() + covering.READABLE_FOR + timedelta(seconds=1)):
        assert covering.cover_due() == 1
        assert covering.cover_due() == 0

    assert fresh == still == f"Tu PUK es {PUK}: marca **05*{PUK}*"
    assert bodies(talk)[-1] == "Tu PUK es ••••••••: marca **05*••••••••*"
    assert db.session.scalars(select(ToldSecret)).all() == []


def test_nothing_a_customer_writes_is_filled_in(talk, rasa):  # noqa: F811
    words = blank(PUK, talk.id)
    customer_says(talk, words)

    assert bodies(talk) == [words]
