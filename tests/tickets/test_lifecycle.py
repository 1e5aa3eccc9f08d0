from datetime import timedelta

import pytest

from app.conversations.models import Status as ConversationStatus
from app.conversations.service import handover, ownership
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import BOT, SYSTEM
from app.core.errors import Invalid
from app.tickets import queries, service
from app.tickets.errors import TicketNotOpen, TicketNotYours, TicketStillOpen
from app.tickets.events import TicketClosed, TicketOpened, TicketReopened, TicketResolved
from app.tickets.models import LinkKind, Priority, Status, Ticket, Topic
from app.tickets.service import configuring, relating
from tests.factories import actors
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("database")


def hand_over(conversation, *, intent="dispute_charge", topic="billing"):
    handover.hand_over(
        conversation.id,
        by=BOT,
        reason="asked",
        intent=intent,
        topic=topic,
        slots={},
        tried=["view_bill"],
        summary="Charged twice.",
    )
    return queries.open_ticket_of(conversation.id)


def accepted(**more):
    ticket, ana = TicketFactory(**more), StaffFactory().as_actor()
    service.accept(ticket.id, by=ana)
    return ticket, ana


def test_a_handover_opens_a_ticket_that_tells_what_the_bot_learnt():
    conversation = ConversationFactory()

    with heard(TicketOpened) as said:
        ticket = hand_over(conversation)

    year = clock.today("America/Mexico_City").year
    assert ticket.reference.startswith(f"TT-{year}-")
    assert (ticket.topic, ticket.priority, ticket.status) == ("billing", "normal", "new")
    assert ticket.summary == "Charged twice."
    assert ticket.context["tried"] == ["view_bill"]
    assert ticket.respond_by - ticket.created_at == timedelta(minutes=15)
    assert [each.ticket_id for each in said] == [ticket.id]


def test_asking_twice_for_a_person_is_one_ticket():
    conversation = ConversationFactory()

    first, again = hand_over(conversation), hand_over(conversation)

    assert first.id == again.id


def test_companies_and_pressing_matters_go_first():
    enterprise = CustomerFactory(segment="enterprise")

    lost = hand_over(ConversationFactory(), intent="report_lost_sim", topic="account")
    company = hand_over(ConversationFactory(customer=enterprise), intent="report_lost_sim")

    assert (lost.priority, company.priority) == (Priority.HIGH, Priority.URGENT)


def test_an_unknown_topic_is_other():
    assert hand_over(ConversationFactory(), topic="nonsense").topic is Topic.OTHER


def test_resolving_a_ticket_resolves_its_conversation():
    ticket, ana = accepted()

    with heard(TicketResolved) as said:
        service.resolve(ticket.id, by=ana, resolution="Credited the second charge")

    assert (ticket.status, ticket.resolution) == (Status.RESOLVED, "Credited the second charge")
    assert ticket.conversation.status is ConversationStatus.RESOLVED
    assert len(said) == 1
    with pytest.raises(TicketNotOpen):
        service.resolve(ticket.id, by=ana, resolution="Again")


def test_only_its_owner_resolves_it_and_says_how():
    ticket, ana = accepted()

    with pytest.raises(TicketNotYours):
        service.resolve(ticket.id, by=StaffFactory().as_actor(), resolution="Mine now")
    with pytest.raises(Invalid):
        service.resolve(ticket.id, by=ana, resolution="  ")

    assert ticket.status is Status.OPEN


def test_resolving_the_conversation_resolves_its_ticket():
    ticket, ana = accepted()

    ownership.resolve(ticket.conversation_id, by=ana)

    assert ticket.status is Status.RESOLVED


def test_reopened_by_its_owner_it_goes_on_where_it_was():
    ticket, ana = accepted()
    service.resolve(ticket.id, by=ana, resolution="Done")

    with heard(TicketReopened) as said:
        service.reopen(ticket.id, by=ana)

    assert (ticket.status, ticket.assignee_id, ticket.reopened) == (Status.OPEN, ana.id, 1)
    assert ticket.conversation.status is ConversationStatus.OPEN
    assert len(said) == 1
    with pytest.raises(TicketStillOpen):
        service.reopen(ticket.id, by=ana)


def test_reopening_the_conversation_reopens_its_ticket():
    ticket, ana = accepted()
    service.resolve(ticket.id, by=ana, resolution="Done")

    ownership.reopen(ticket.conversation_id, by=ana)

    assert (ticket.status, ticket.reopened) == (Status.OPEN, 1)


def test_reopened_by_the_customer_it_waits_in_the_queue():
    ticket, ana = accepted()
    service.resolve(ticket.id, by=ana, resolution="Done")

    service.reopen(ticket.id, by=actors.customer(id=ticket.customer_id))

    assert (ticket.status, ticket.assignee_id) == (Status.NEW, None)
    assert ticket.conversation.status is ConversationStatus.WAITING
    service.accept(ticket.id, by=StaffFactory().as_actor())


def test_the_owner_reopens_after_the_customer_went_on_with_the_bot():
    ticket, ana = accepted()
    service.resolve(ticket.id, by=ana, resolution="Done")
    customer = actors.customer(id=ticket.customer_id)
    say(ticket.conversation_id, "Sigue sin funcionar", by=customer, client_key="a")
    assert ticket.conversation.status is ConversationStatus.BOT

    service.reopen(ticket.id, by=ana)

    assert ticket.conversation.status is ConversationStatus.OPEN
    assert ticket.conversation.assignee_id == ana.id


def test_a_pending_ticket_wakes_when_the_customer_writes():
    ticket, ana = accepted()
    service.set_pending(ticket.id, by=ana)
    say(ticket.conversation_id, "¿Me manda una foto?", by=ana, client_key="a")
    assert ticket.status is Status.PENDING

    customer = actors.customer(id=ticket.customer_id)
    say(ticket.conversation_id, "Aquí está", by=customer, client_key="b")

    db.session.refresh(ticket)
    assert ticket.status is Status.OPEN


def test_given_back_to_the_bot_the_ticket_is_done():
    ticket, ana = accepted()

    handover.give_back_to_bot(ticket.conversation_id, by=ana)

    assert ticket.status is Status.RESOLVED


def test_a_higher_priority_is_a_nearer_promise():
    ticket, ana = accepted()

    service.change_priority(ticket.id, Priority.URGENT, by=ana)

    assert ticket.resolve_by - ticket.created_at == timedelta(hours=4)


def test_after_a_week_a_resolved_ticket_is_closed_and_what_comes_back_is_a_new_one():
    ticket, ana = accepted()
    service.resolve(ticket.id, by=ana, resolution="Done")

    assert service.close_settled(by=SYSTEM) == 0
    with clock.moved_to(clock.now() + timedelta(days=8)), heard(TicketClosed) as said:
        assert service.close_settled(by=SYSTEM) == 1
        again = service.reopen(ticket.id, by=actors.customer(id=ticket.customer_id))

    db.session.refresh(ticket)
    assert [each.ticket_id for each in said] == [ticket.id]
    assert (ticket.status, ticket.reopened) == (Status.CLOSED, 0)
    assert (again.status, again.conversation_id) == (Status.NEW, ticket.conversation_id)
    assert [(found.kind, other.id) for found, other in relating.links_of(again.id)] == [
        (LinkKind.FOLLOWS, ticket.id)
    ]
    assert again.conversation.status is ConversationStatus.WAITING


@pytest.mark.parametrize(("days", "is_same"), [(0, False), (1, False), (2, True)])
def test_a_market_says_for_how_long_a_ticket_comes_back_itself(days, is_same):
    ticket, ana = accepted()
    service.resolve(ticket.id, by=ana, resolution="Done")
    configuring.set_reopening("MX", days, by=actors.staff("supervisor"))

    with clock.moved_to(ticket.resolved_at + timedelta(days=1)):
        again = service.reopen(ticket.id, by=ana)

    assert (again.id == ticket.id) is is_same


def test_an_agent_opens_a_ticket_for_a_customer_without_a_talk():
    customer, ana = CustomerFactory(), StaffFactory().as_actor()

    ticket = service.open(
        by=ana, subject="Called about her bill", topic=Topic.BILLING, customer_id=customer.id
    )

    assert (ticket.status, ticket.language) == (Status.NEW, "es")
    service.accept(ticket.id, by=ana)
    service.resolve(ticket.id, by=ana, resolution="Explained")
    assert db.session.get(Ticket, ticket.id).status is Status.RESOLVED


def test_a_ticket_opened_in_ones_own_talk_is_ones_own():
    conversation = ConversationFactory(open=True)
    owner = conversation.assignee.as_actor()

    ticket = service.open(
        by=owner, subject="Router", topic=Topic.TECHNICAL, conversation_id=conversation.id
    )

    assert (ticket.status, ticket.assignee_id) == (Status.OPEN, owner.id)


def test_what_comes_back_twice_is_one_new_ticket():
    ticket, ana = accepted()
    service.resolve(ticket.id, by=ana, resolution="Done")
    valeria = actors.customer(id=ticket.customer_id)

    with clock.moved_to(clock.now() + timedelta(days=8)):
        service.close_settled(by=SYSTEM)
        db.session.refresh(ticket)
        first, again = (service.reopen(ticket.id, by=valeria) for _ in range(2))
        service.accept(first.id, by=ana)
        service.resolve(first.id, by=ana, resolution="Done again")
        third = service.reopen(ticket.id, by=valeria)

    assert first.id == again.id == third.id
    assert (first.status, first.reopened) == (Status.NEW, 1)


def test_words_sent_twice_on_a_closed_ticket_are_said_once_on_the_one_that_follows():
    ticket, ana = accepted()
    service.resolve(ticket.id, by=ana, resolution="Done")
    valeria = actors.customer(id=ticket.customer_id)

    with clock.moved_to(clock.now() + timedelta(days=8)):
        service.close_settled(by=SYSTEM)
        db.session.refresh(ticket)
        said = [service.comment(ticket.id, "Again", by=valeria, client_key="k") for _ in range(2)]

    assert said[0].id == said[1].id
    assert said[0].ticket_id != ticket.id
    assert len(queries.of_customer(ticket.customer_id)) == 2
