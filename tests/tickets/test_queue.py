from datetime import timedelta

import pytest

from app.core import clock
from app.core.actor import SYSTEM
from app.core.errors import Forbidden
from app.identity import teams
from app.tickets import queries, service
from app.tickets.models import Priority, Status
from tests.factories import actors
from tests.factories.conversations import ConversationFactory, InboxFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database")


def waiting(minutes=0, **more):
    return TicketFactory(created_at=clock.now() - timedelta(minutes=minutes), **more)


def test_the_queue_shows_the_most_pressing_first_then_the_oldest():
    young, old = waiting(minutes=1), waiting(minutes=9)
    urgent = waiting(priority=Priority.URGENT)
    waiting(status=Status.OPEN)

    rows = queries.queue(actors.agent(markets=("MX",)))

    assert [row.ticket_id for row in rows] == [urgent.id, old.id, young.id]
    assert [queries.position(each) for each in (urgent, old, young)] == [1, 2, 3]
    assert (rows[0].customer_name, rows[0].channel) == ("Valeria Soto", "webchat")
    assert rows[0].learnt == {"intent": "view_bill"}


def test_everyone_sees_the_queue_of_their_markets_only():
    MarketFactory(brazil=True)
    mexican, brazilian = waiting(), waiting(market_code="BR")

    def seen(*markets):
        return {row.ticket_id for row in queries.queue(actors.agent(markets=markets))}

    assert seen("MX") == {mexican.id}
    assert seen("BR") == {brazilian.id}
    assert seen() == {mexican.id, brazilian.id}
    with pytest.raises(Forbidden):
        queries.queue(actors.staff("marketing_analyst"))


def test_what_comes_by_a_team_s_inbox_waits_for_that_team():
    night, day = (teams.add_team(name, by=SYSTEM) for name in ("Night", "Day"))
    people = {name: StaffFactory(team_id=team.id) for name, team in (("n", night), ("d", day))}
    people["free"] = StaffFactory()
    inbox = InboxFactory(team_id=night.id)
    of_night = waiting(minutes=9, talk=ConversationFactory(inbox=inbox, waiting=True))
    of_all = waiting()

    def seen(who, role="agent"):
        actor = actors.staff(role, id=people[who].id)
        return [row.ticket_id for row in queries.queue(actor)]

    assert seen("n") == seen("free") == seen("d", "supervisor") == [of_night.id, of_all.id]
    assert seen("d") == [of_all.id]
    teams.put_in_team(people["d"].id, night.id, by=SYSTEM)
    assert seen("d") == [of_night.id, of_all.id]


def test_a_queue_of_any_length_is_one_statement(session):
    for _ in range(5):
        waiting()
    waiting(talk=ConversationFactory(anonymous=True, waiting=True))

    with statements(session) as sent:
        rows = queries.queue(actors.agent())

    assert len(rows) == 6
    assert len(sent) == 1


def test_an_agents_own_list_counts_what_she_has_not_read():
    ana = StaffFactory()
    talk = ConversationFactory(open=True, owner=ana, last_seq=7, staff_read_seq=4)
    waiting(talk=talk, status=Status.OPEN, assignee_id=ana.id)
    waiting()

    (row,) = queries.mine(ana.as_actor())

    assert row.unread == 3


def test_the_wait_is_told_only_when_it_is_known():
    assert queries.expected_wait("MX") is None
    for minutes in (2, 4, 30):
        waiting(minutes=minutes, status=Status.OPEN, accepted_at=clock.now())

    wait = queries.expected_wait("MX")

    assert abs(wait - timedelta(minutes=4)) < timedelta(seconds=5)


def test_what_somebody_had_before_is_no_wait():
    ana, beto = StaffFactory().as_actor(), StaffFactory()
    for minutes in (2, 4, 30):
        waiting(minutes=minutes, status=Status.OPEN, accepted_at=clock.now())
    for _ in range(5):
        passed_on = waiting(minutes=110)
        with clock.moved_to(clock.now() - timedelta(minutes=100)):
            service.accept(passed_on.id, by=ana)
        service.transfer(passed_on.id, beto.id, by=ana)

    wait = queries.expected_wait("MX")

    assert abs(wait - timedelta(minutes=4)) < timedelta(seconds=5)
