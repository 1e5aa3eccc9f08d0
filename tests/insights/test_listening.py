"""Beside a conversation: listening in, whispering, taking over; each in the trail."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.conversations.models import Message, Status
from app.core import db
from app.core.errors import Forbidden, NotFound
from app.insights import listening
from app.insights.events import Whispered
from app.insights.models import Whisper
from app.tickets.models import Status as TicketStatus
from app.tickets.models import Ticket
from tests.factories.actors import agent
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory, tickets_listening
from tests.heard import heard


@pytest.fixture
def sofia(database):
    MarketFactory()
    return StaffFactory(name="Sofía Vega", roles=["supervisor"]).as_actor()


@pytest.fixture
def ana(database):
    return StaffFactory(name="Ana Ruiz")


@pytest.fixture
def talk(sofia, ana):
    talk = ConversationFactory(open=True, owner=ana, assignee_id=ana.id, last_seq=1)
    MessageFactory(conversation=talk)
    TicketFactory(talk=talk, status=TicketStatus.OPEN, assignee_id=ana.id)
    return talk


def deeds():
    query = select(AuditEntry.action).where(AuditEntry.action.like("conversation.%"))
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def test_who_listens_in_is_written_down_and_sees_the_words(sofia, talk):
    listening.listen(talk.id, by=sofia)

    assert [each.body for each in listening.overheard(talk.id, by=sofia).messages] == [
        "¿Cuánto saldo tengo?"
    ]
    assert deeds() == ["conversation.listened"]
    assert [each.agent for each in listening.going_on(sofia)] == ["Ana Ruiz"]


def test_who_comes_without_beginning_to_listen_is_written_down_once(sofia, talk):
    other = StaffFactory(roles=["supervisor"]).as_actor()
    for by in (sofia, sofia, other):
        listening.overheard(talk.id, by=by)

    query = select(AuditEntry.actor_id).where(AuditEntry.action == "conversation.listened")
    assert db.session.scalars(query.order_by(AuditEntry.id)).all() == [sofia.id, other.id]


def test_only_who_monitors_and_only_in_her_markets(talk, ana):
    brazil = StaffFactory(roles=["supervisor"], markets=["BR"]).as_actor()

    for deed in (listening.listen, listening.take_over):
        with pytest.raises(NotFound):
            deed(talk.id, by=brazil)
        with pytest.raises(Forbidden):
            deed(talk.id, by=ana.as_actor())
    with pytest.raises(Forbidden):
        listening.going_on(agent())
    assert listening.going_on(brazil) == []
    assert deeds() == []


def test_a_whisper_is_for_the_agent_alone_and_is_no_message(sofia, ana, talk):
    beto = StaffFactory(name="Beto Lima", roles=["manager"])
    before = db.session.scalars(select(Message.id)).all()

    with heard(Whispered) as said:
        listening.whisper(talk.id, "Offer her the smaller plan", by=sofia)

    assert said == [Whispered(talk.id, ana.id)]
    assert db.session.scalars(select(Message.id)).all() == before
    assert [each.words for each in listening.whispers_to(ana.as_actor(), talk.id)] == [
        "Offer her the smaller plan"
    ]
    assert listening.whispers_to(beto.as_actor(), talk.id) == []
    listening.seen(talk.id, by=beto.as_actor())
    assert db.session.scalars(select(Whisper)).one().seen_at is None
    listening.seen(talk.id, by=ana.as_actor())
    assert deeds() == ["conversation.whispered"]
    assert listening.overheard(talk.id, by=sofia).whispers[0].seen_at is not None


def test_nobody_is_whispered_to_where_nobody_is(sofia):
    waiting = ConversationFactory(waiting=True)

    with pytest.raises(listening.NobodyToWhisperTo):
        listening.whisper(waiting.id, "Hello?", by=sofia)


def test_a_conversation_is_taken_over_with_its_ticket(sofia, talk):
    listening.take_over(talk.id, by=sofia)

    ticket = db.session.scalars(select(Ticket)).one()
    assert (talk.assignee_id, talk.status, ticket.assignee_id) == (sofia.id, Status.OPEN, sofia.id)
    assert "conversation.taken_over" in deeds()
    with pytest.raises(listening.YoursAlready):
        listening.take_over(talk.id, by=sofia)


def test_the_bot_s_conversation_is_taken_over_too(sofia):
    talk = ConversationFactory(last_seq=1)

    with tickets_listening():
        listening.take_over(talk.id, by=sofia)

    assert (talk.assignee_id, talk.status) == (sofia.id, Status.OPEN)
    assert db.session.scalars(select(Ticket)).one().assignee_id == sofia.id


def test_what_is_over_is_not_taken(sofia):
    talk = ConversationFactory(status=Status.RESOLVED)

    with pytest.raises(listening.NotGoingOn):
        listening.take_over(talk.id, by=sofia)
