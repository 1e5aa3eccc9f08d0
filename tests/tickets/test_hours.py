"""Teams that are closed: nothing is offered to them, and what waits for them is told honestly."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Invalid
from app.core.ids import new_id
from app.identity.models import Team
from app.tickets import queries, service
from app.tickets.models import Distribution, Offer
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory, team_working

pytestmark = pytest.mark.usefixtures("database")
NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)  # of a Monday in Mexico City
LATE = [["22:00", "24:00"]]


@pytest.fixture(autouse=True)
def noon():
    with clock.moved_to(NOON):
        yield


def planned(**more):
    MarketFactory()
    service.plan_routing("MX", by=SYSTEM, distribution=Distribution.OFFER, **more)


def night_team():
    """It works from ten in the evening."""
    return team_working({"mon": LATE, "tue": LATE})


def day_team():
    team = Team(name="Day")
    db.session.add(team)
    db.session.flush()
    return team


def present(**more):
    staff = StaffFactory(**more)
    ownership.set_availability(staff.id, Availability.AVAILABLE, by=SYSTEM)
    return staff


def offered():
    query = select(Offer.ticket_id, Offer.staff_id).where(Offer.answer.is_(None))
    return db.session.execute(query).all()


def test_a_closed_team_is_offered_nothing_and_an_open_one_gets_its_tickets_at_once():
    planned()
    night, day = night_team(), day_team()
    owl = present(team_id=night.id)
    ticket = TicketFactory(team_id=night.id)

    assert service.distribute(by=SYSTEM) == 0

    lark = present(team_id=day.id)
    service.distribute(by=SYSTEM)
    assert offered() == [(ticket.id, lark.id)]
    assert owl.id != lark.id


def test_where_other_teams_are_never_asked_it_is_kept_until_its_own_opens():
    planned(overflow_after=0, age_after=0)
    night, day = night_team(), day_team()
    owl, _lark = present(team_id=night.id), present(team_id=day.id)
    ticket = TicketFactory(team_id=night.id)

    assert service.distribute(by=SYSTEM) == 0
    assert queries.expected_wait("MX", ticket) == timedelta(hours=10)

    with clock.moved_to(NOON + timedelta(hours=10)):
        service.distribute(by=SYSTEM)
        assert offered() == [(ticket.id, owl.id)]
        assert queries.expected_wait("MX", ticket) is None


def test_it_is_told_that_it_waits_for_opening_only_while_nobody_else_is_there():
    planned()
    night = night_team()
    present(team_id=night.id)
    ticket = TicketFactory(team_id=night.id)

    assert queries.expected_wait("MX", ticket) == timedelta(hours=10)

    present()
    assert queries.expected_wait("MX", ticket) is None


def test_a_team_works_by_a_calendar_that_there_is_or_day_and_night():
    planned()
    night = night_team()
    owl = present(team_id=night.id)
    ticket = TicketFactory(team_id=night.id)

    with pytest.raises(Invalid):
        service.set_hours(night.id, new_id(), by=SYSTEM)
    service.set_hours(night.id, None, by=SYSTEM)

    service.distribute(by=SYSTEM)
    assert offered() == [(ticket.id, owl.id)]
