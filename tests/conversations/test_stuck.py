"""Nobody is left alone with a bot that does not answer."""

from datetime import timedelta

import pytest

from app.conversations import queries
from app.conversations.events import HandedOver
from app.conversations.models import Conversation, Status
from app.conversations.service import handover, turn
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT, SYSTEM
from tests.factories import actors
from tests.factories.conversations import ConversationFactory
from tests.factories.markets import MarketFactory
from tests.heard import heard


def talk(*spoken, minutes_ago=10, bot_seq=0, **more):
    """`spoken` says who spoke, in order, that long ago."""
    with clock.moved_to(clock.now() - timedelta(minutes=minutes_ago)):
        made = ConversationFactory(**more)
        for place, who in enumerate(spoken):
            key = {"client_key": f"k{place}"}
            if who == "customer":
                say(made.id, "¿Hola?", by=actors.customer(id=made.customer_id), **key)
            elif who == "greeting":
                say(made.id, "Hola", by=SYSTEM, extra={"greeting": True}, **key)
            else:
                say(made.id, "Hola", by={"bot": BOT, "system": SYSTEM}[who], **key)
        made.bot_seq = bot_seq
        db.session.commit()
    return made


def handed_over():
    db.session.expire_all()
    with heard(HandedOver) as said:
        count = turn.hand_over_the_stuck()
    assert [each.reason for each in said] == ["stuck"] * count
    return {each.conversation_id for each in said}


@pytest.mark.usefixtures("database")
def test_whoever_got_no_answer_goes_to_people_and_others_stay():
    left_alone = talk("customer", "bot", "customer", bot_seq=1)
    only_greeted = talk("customer", "greeting")
    yesterday = talk("customer", minutes_ago=60 * 24)
    talk("customer", "bot", bot_seq=1)
    talk("customer", "system", bot_seq=1)  # a command by SMS
    talk("customer", bot_seq=1)  # STOP: settled, and nobody is to write
    talk("customer", minutes_ago=4)
    talk("customer", minutes_ago=60 * 24 * 8)
    talk("customer", open=True)

    assert handed_over() == {left_alone.id, only_greeted.id, yesterday.id}
    assert handed_over() == set()


@pytest.mark.usefixtures("database")
def test_given_back_without_an_answer_she_is_not_forgotten():
    talked = talk("customer", waiting=True)
    with clock.moved_to(clock.now() - timedelta(minutes=8)):
        handover.give_back_to_bot(talked.id, by=actors.administrator())

    assert handed_over() == {talked.id}


@pytest.mark.usefixtures("database")
def test_a_market_says_how_long_she_waits():
    MarketFactory(policies={"bot_stuck_minutes": 30})
    patient = talk("customer", minutes_ago=20)
    late = talk("customer", minutes_ago=31)

    assert handed_over() == {late.id}
    assert patient.status is Status.BOT


@pytest.mark.usefixtures("database")
def test_an_answer_that_comes_in_between_is_seen(monkeypatch):
    talked = talk("customer")
    found = queries.stuck({"MX": timedelta(minutes=5)})
    say(talked.id, "Perdón, aquí estoy", by=BOT, client_key="late")
    monkeypatch.setattr(queries, "stuck", lambda _longest: found)

    assert handed_over() == set()


def test_two_watchdogs_at_once_hand_over_once(committing, in_parallel):
    MarketFactory()
    ids = {talk("customer").id for _ in range(4)}
    db.session.remove()

    counts = in_parallel(lambda _: turn.hand_over_the_stuck(), range(4))

    db.session.remove()
    assert sum(counts) == len(ids)
    states = {db.session.get(Conversation, each).status for each in ids}
    assert states == {Status.WAITING}
