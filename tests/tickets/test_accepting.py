from collections import Counter

import pytest

from app.conversations.models import Conversation
from app.conversations.models import Status as ConversationStatus
from app.core import db
from app.core.errors import Forbidden, NotFound
from app.tickets import service
from app.tickets.errors import (
    AlreadyAccepted,
    CannotTakeTickets,
    TicketNotOpen,
    TicketNotYours,
)
from app.tickets.events import TicketAccepted, TicketTransferred
from app.tickets.models import Status, Ticket
from tests.factories import actors
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory
from tests.heard import heard


def test_of_fifty_at_once_exactly_one_gets_the_ticket(committing, in_parallel):
    ticket_id = TicketFactory().id
    agents = [StaffFactory(name=f"Agent {n}").as_actor() for n in range(50)]

    answers = in_parallel(lambda by: service.accept(ticket_id, by=by), agents)

    db.session.remove()
    ticket = db.session.get(Ticket, ticket_id)
    conversation = db.session.get(Conversation, ticket.conversation_id)
    kinds = Counter(type(each) for each in answers)
    assert kinds == {Ticket: 1, AlreadyAccepted: 49}
    winner = agents[[type(each) for each in answers].index(Ticket)]
    assert ticket.assignee_id == conversation.assignee_id == winner.id
    assert {str(e.message) for e in answers if isinstance(e, AlreadyAccepted)} == {
        f"{winner.name} took it."
    }
    assert conversation.last_seq == 1


def test_the_one_who_has_it_may_press_again(database):
    ticket, ana = TicketFactory(), StaffFactory().as_actor()

    with heard(TicketAccepted) as said:
        service.accept(ticket.id, by=ana)
        service.accept(ticket.id, by=ana)

    assert len(said) == 1
    assert (said[0].staff_id, said[0].staff_name) == (ana.id, ana.name)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        pytest.param(actors.agent(markets=("BR",)), NotFound, id="agent of another market"),
        pytest.param(actors.staff("auditor"), Forbidden, id="who may only read"),
        pytest.param(actors.customer(), NotFound, id="another customer"),
        pytest.param(actors.visitor(), NotFound, id="a visitor"),
    ],
)
def test_who_may_not_accept(database, actor, refusal):
    with pytest.raises(refusal):
        service.accept(TicketFactory().id, by=actor)


def test_a_resolved_ticket_is_not_accepted(database):
    ticket = TicketFactory(status=Status.RESOLVED)

    with pytest.raises(TicketNotOpen):
        service.accept(ticket.id, by=StaffFactory().as_actor())


def test_a_ticket_is_passed_on_with_a_note_for_staff(database):
    ticket, ana, beto = TicketFactory(), StaffFactory(), StaffFactory()
    service.accept(ticket.id, by=ana.as_actor())

    with heard(TicketTransferred) as said:
        service.transfer(ticket.id, beto.id, by=ana.as_actor(), note="Knows fibre better")

    assert (ticket.assignee_id, ticket.conversation.assignee_id) == (beto.id, beto.id)
    assert (said[0].from_staff_id, said[0].to_staff_id) == (ana.id, beto.id)
    with pytest.raises(TicketNotYours):
        service.transfer(ticket.id, ana.id, by=ana.as_actor())


def test_back_in_the_queue_it_is_nobodys(database):
    ticket, ana = TicketFactory(), StaffFactory().as_actor()
    service.accept(ticket.id, by=ana)

    service.transfer(ticket.id, None, by=ana)

    assert (ticket.status, ticket.assignee_id) == (Status.NEW, None)
    assert ticket.conversation.status is ConversationStatus.WAITING


@pytest.mark.parametrize("unfit", [{"roles": ["marketing_analyst"]}, {"markets": ["BR"]}])
def test_it_goes_only_to_who_can_work_on_it(database, unfit):
    ticket, ana = TicketFactory(), StaffFactory().as_actor()
    service.accept(ticket.id, by=ana)

    with pytest.raises(CannotTakeTickets):
        service.transfer(ticket.id, StaffFactory(**unfit).id, by=ana)
