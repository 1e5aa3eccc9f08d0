"""Guesses at a code, at the same moment: three count, and the code is good once."""

import pytest
from sqlalchemy import select

from app.conversations.models import Conversation, Message, MessageKind
from app.conversations.service import beginning, proving
from app.conversations.service.messages import say
from app.core import db, events
from app.core.actor import BOT
from app.identity.errors import TooManyCodes
from app.identity.models import OneTimeCode
from app.wiring.reactions import IN_TRANSACTION
from tests.api_bot.world import plans
from tests.factories.conversations import ConversationFactory
from tests.factories.subscriptions import line_with_plan

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def asked(committing):
    before = events._tables
    events._tables = events.Tables(in_transaction=IN_TRANSACTION)
    line = line_with_plan(plans().plus)
    talk = ConversationFactory(anonymous=True)
    proving.ask(talk.id, by=BOT, number=line.number)
    db.session.commit()
    yield talk.id, line.number
    events._tables = before


def code_of(talk_id):
    code_id = db.session.get_one(Conversation, talk_id, populate_existing=True).code_id
    return db.session.get_one(OneTimeCode, code_id, populate_existing=True)


def outcomes(talk_id):
    db.session.remove()
    query = select(Message).where(
        Message.conversation_id == talk_id, Message.kind == MessageKind.TEXT
    )
    said = db.session.scalars(query.order_by(Message.seq)).all()
    return [each.extra["code"]["outcome"] for each in said if "code" in each.extra]


def test_of_fifty_wrong_guesses_at_once_three_count(asked, in_parallel):
    talk_id, _ = asked
    right = int(code_of(talk_id).to_send)
    by = beginning.writer_of(db.session.get_one(Conversation, talk_id), None)
    guesses = [f"{(right + place) % 10**6:06d}" for place in range(1, 51)]
    db.session.remove()

    in_parallel(lambda n: say(talk_id, guesses[n], by=by, client_key=f"k{n}").seq, range(50))

    assert outcomes(talk_id) == ["wrong", "wrong", "failed"]
    assert code_of(talk_id).tries == 3


def test_the_right_code_fifty_times_at_once_proves_it_once(asked, in_parallel):
    talk_id, _ = asked
    code = code_of(talk_id).to_send
    by = beginning.writer_of(db.session.get_one(Conversation, talk_id), None)
    db.session.remove()

    in_parallel(lambda n: say(talk_id, code, by=by, client_key=f"k{n}").seq, range(50))

    assert outcomes(talk_id) == ["proven"]
    assert code_of(talk_id).tries == 1


def test_a_number_gets_six_codes_however_many_talks_ask_at_once(asked, in_parallel):
    _, number = asked
    talks = [ConversationFactory(anonymous=True).id for _ in range(20)]
    db.session.remove()

    def ask(talk_id):
        try:
            proving.ask(talk_id, by=BOT, number=number)
        except TooManyCodes:
            return False
        return True

    assert sum(in_parallel(ask, talks)) == 5
