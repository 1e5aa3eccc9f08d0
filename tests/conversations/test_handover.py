import pytest

from app.conversations import access, queries
from app.conversations.errors import NotYourConversation
from app.conversations.events import ConversationAssigned, HandedOver
from app.conversations.models import Status
from app.conversations.presentation import as_message
from app.conversations.service import handover, ownership
from app.conversations.service.messages import say
from app.core import i18n
from app.core.actor import BOT
from app.core.errors import NotFound
from tests.factories import actors
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")


def hand_over(conversation, **more):
    told = {
        "reason": "asked",
        "intent": "talk_to_agent",
        "topic": "billing",
        "slots": {"plan_name": "Plus 20GB", "note": "4111111111111111", "empty": None},
        "tried": ["check_balance"],
        "summary": "She was charged twice on 4111 1111 1111 1111.",
    }
    return handover.hand_over(conversation.id, by=BOT, **{**told, **more})


def test_handing_over_asks_for_a_person_and_tells_what_was_learnt():
    conversation = ConversationFactory()

    with heard(HandedOver) as said:
        hand_over(conversation)

    assert conversation.status is Status.WAITING
    assert conversation.learnt["slots"] == {"plan_name": "Plus 20GB", "note": "•••• 1111"}
    assert conversation.learnt["tried"] == ["check_balance"]
    (event,) = said
    assert (event.topic, event.language, event.market_code) == ("billing", "es", "MX")
    assert event.summary == "She was charged twice on •••• 1111."


def test_asking_again_while_somebody_has_it_changes_nothing():
    conversation = ConversationFactory()
    hand_over(conversation)

    with heard(HandedOver) as said:
        hand_over(conversation, reason="error", summary="Other")

    assert said == []
    assert conversation.learnt["reason"] == "asked"


def test_given_back_the_bot_answers_only_what_comes_next():
    conversation = ConversationFactory(open=True)
    owner = conversation.assignee.as_actor()
    say(
        conversation.id,
        "para Ana",
        by=actors.customer(id=conversation.customer_id),
        client_key="a",
    )

    with pytest.raises(NotYourConversation):
        handover.give_back_to_bot(
            ConversationFactory(waiting=True).id, by=StaffFactory().as_actor()
        )
    handover.give_back_to_bot(conversation.id, by=owner)

    assert (conversation.status, conversation.assignee_id) == (Status.BOT, None)
    assert conversation.bot_seq == conversation.last_seq == 2


def test_assigning_says_who_came():
    conversation, ana = ConversationFactory(waiting=True), StaffFactory(name="Ana Ruiz")

    with heard(ConversationAssigned) as said:
        ownership.assign(conversation.id, ana.id, by=ana.as_actor())

    assert (conversation.status, conversation.assignee_id) == (Status.OPEN, ana.id)
    assert (said[0].staff_id, said[0].staff_name) == (ana.id, "Ana Ruiz")
    (line,) = queries.messages_after(conversation.id, 0, for_staff=False)
    with i18n.speaking("en"):
        assert as_message(line, for_staff=False)["text"] == "Ana Ruiz joined the conversation."


def test_who_sees_which_conversation():
    waiting = ConversationFactory(waiting=True)
    with_bot = ConversationFactory()
    served = ConversationFactory(open=True)
    of_same_customer = ConversationFactory(
        customer=None, customer_id=served.customer_id, status=Status.RESOLVED
    )
    owner = served.assignee.as_actor()
    lead = StaffFactory(supervisor=True).as_actor()

    def seen(actor):
        return [
            access.may_see(actor, each) for each in (waiting, with_bot, served, of_same_customer)
        ]

    assert seen(owner) == [True, False, True, True]
    assert seen(StaffFactory().as_actor()) == [True, False, False, False]
    assert seen(lead) == [True] * 4
    assert seen(StaffFactory(supervisor=True, markets=["BR"]).as_actor()) == [False] * 4
    assert seen(actors.customer(id=served.customer_id)) == [False, False, True, True]


def test_a_visitors_key_does_not_open_what_became_a_customers():
    conversation = ConversationFactory()

    with pytest.raises(NotFound):
        access.conversation_for(
            actors.visitor(id=conversation.visitor_id), conversation.id, "conversations.read"
        )
