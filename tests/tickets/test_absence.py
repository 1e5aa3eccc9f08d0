"""An agent whose chair is empty, though she said that she is available."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.conversations import queries as conversations
from app.conversations.models import AgentState, Availability
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Invalid
from app.tickets import service
from app.tickets.models import Distribution, Offer, OfferAnswer, Status
from app.tickets.service import presence
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.usefixtures("database")
MINUTE = timedelta(minutes=1)


def planned(code="MX", **more):
    MarketFactory(code=code)
    told = {"distribution": Distribution.OFFER, "absent_after": 600, **more}
    return service.plan_routing(code, by=SYSTEM, **told)


@pytest.fixture
def start():
    """The clock stands still but where a test moves it."""
    moment = clock.now()
    with clock.moved_to(moment):
        yield moment


def present(**more):
    staff = StaffFactory(**more)
    ownership.set_availability(staff.id, Availability.AVAILABLE, by=SYSTEM)
    return staff


def state_of(staff):
    return db.session.get(AgentState, staff.id, populate_existing=True).availability


def test_who_is_not_seen_is_absent_since_then_and_what_is_offered_to_her_goes_to_the_next(start):
    planned(accept_within=600)
    ana = present()
    with clock.moved_to(start + 5 * MINUTE):
        ownership.see(ana.id)
    with clock.moved_to(start + 14 * MINUTE):
        TicketFactory()
        service.distribute(by=SYSTEM)
        assert presence.note_absent() == 0
        beto = present()

    with clock.moved_to(start + 15 * MINUTE):
        assert presence.note_absent() == 1
        service.distribute(by=SYSTEM)

        assert state_of(ana) is Availability.ABSENT
        offers = select(Offer.staff_id, Offer.answer).order_by(Offer.offered_at)
        assert db.session.execute(offers).all() == [
            (ana.id, OfferAnswer.WITHDRAWN),
            (beto.id, None),
        ]
        spent = conversations.time_in_states([ana.id], start, clock.now())[ana.id]
        assert spent == {Availability.AVAILABLE: 5 * MINUTE, Availability.ABSENT: 10 * MINUTE}


def test_she_is_absent_until_she_says_otherwise(start):
    planned()
    ana = present()
    with clock.moved_to(start + 10 * MINUTE):
        presence.note_absent()
    with clock.moved_to(start + 20 * MINUTE):
        assert ownership.see(ana.id) is Availability.ABSENT
        TicketFactory()
        assert service.distribute(by=SYSTEM) == 0

        ownership.set_availability(ana.id, Availability.AVAILABLE, by=ana.as_actor())

        assert (presence.note_absent(), service.distribute(by=SYSTEM)) == (0, 1)


def test_nobody_is_absent_on_a_break_on_the_phone_or_where_the_market_does_not_ask(start):
    planned()
    planned("BR", absent_after=0)
    resting, calling, brazilian, both = (
        present(),
        present(),
        present(markets=["BR"]),
        present(markets=["BR", "MX"]),
    )
    ownership.set_availability(resting.id, Availability.BREAK, by=SYSTEM)
    call = TicketFactory(talk=ConversationFactory(waiting=True, channel="voice"))
    service.accept(call.id, by=calling.as_actor())

    with clock.moved_to(start + 60 * MINUTE):
        assert presence.note_absent() == 0

    assert state_of(brazilian) is state_of(both) is Availability.AVAILABLE


def test_nobody_calls_herself_absent():
    ana = present()

    with pytest.raises(Invalid):
        ownership.set_availability(ana.id, Availability.ABSENT, by=ana.as_actor())


def test_chats_of_who_is_absent_go_back_to_the_queue_and_keep_their_place(start):
    planned(hand_back_after=120)
    ana = present()
    talk = ConversationFactory(waiting=True)
    chat = TicketFactory(talk=talk, created_at=start - MINUTE)
    service.accept(chat.id, by=ana.as_actor())
    opened = chat.created_at

    with clock.moved_to(start + 9 * MINUTE):
        presence.note_absent()
        assert service.hand_back() == 0
    with clock.moved_to(start + 10 * MINUTE):
        presence.note_absent()
        assert service.hand_back() == 1

    assert (chat.status, chat.assignee_id, chat.created_at) == (Status.NEW, None, opened)
