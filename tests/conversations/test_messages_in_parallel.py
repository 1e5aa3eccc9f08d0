import pytest

from app.conversations import queries
from app.conversations.models import Conversation
from app.conversations.service.messages import say
from app.core import db
from tests.factories import actors
from tests.factories.conversations import ConversationFactory

pytestmark = pytest.mark.usefixtures("committing")


def test_a_hundred_at_once_are_numbered_one_to_a_hundred(in_parallel):
    conversation = ConversationFactory()
    conversation_id, by = conversation.id, actors.customer(id=conversation.customer_id)

    in_parallel(
        lambda n: say(conversation_id, f"mensaje {n}", by=by, client_key=f"k{n}").seq, range(100)
    )

    db.session.remove()
    stored = queries.messages_after(conversation_id, 0, for_staff=True)
    assert [each.seq for each in stored] == list(range(1, 101))
    assert len({each.body for each in stored}) == 100
    assert db.session.get(Conversation, conversation_id).last_seq == 100


def test_twenty_copies_of_one_message_are_one_message(in_parallel):
    conversation = ConversationFactory()
    conversation_id, by = conversation.id, actors.customer(id=conversation.customer_id)

    ids = in_parallel(
        lambda _: say(conversation_id, "Pagué dos veces", by=by, client_key="same").id, range(20)
    )

    db.session.remove()
    (stored,) = queries.messages_after(conversation_id, 0, for_staff=True)
    assert set(ids) == {stored.id}
    assert db.session.get(Conversation, conversation_id).last_seq == 1
