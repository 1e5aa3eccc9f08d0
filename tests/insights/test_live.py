from datetime import timedelta

import pytest

from app.conversations.models import Availability, Conversation, Status
from app.conversations.service import ownership
from app.core import clock
from app.core.errors import Forbidden
from app.insights import live
from tests.factories.actors import agent, staff
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.statements import statements


@pytest.fixture
def sofia(database):
    return staff("supervisor")


def talk(**more):
    moment = more.pop("moment", clock.now())
    return ConversationFactory(created_at=moment, last_message_at=moment, last_seq=3, **more)


def test_waiting_customers_and_the_longest_wait_are_on_the_board(sofia):
    asked = clock.now() - timedelta(minutes=7)
    talk(waiting=True, handed_over_at=asked)
    talk(waiting=True)
    talk()

    board = live.board(sofia)

    assert (board.waiting, board.with_bot, board.with_agents) == (2, 1, 0)
    assert board.longest_since == asked


def test_service_level_counts_those_still_waiting_too_long_against_us(sofia):
    now = clock.now()
    ago = timedelta(minutes=10)
    in_time = {"handed_over_at": now - ago, "accepted_at": now - ago + timedelta(seconds=60)}
    too_late = {"handed_over_at": now - ago, "accepted_at": now - ago + timedelta(seconds=61)}
    talk(open=True, **in_time)
    talk(open=True, **too_late)
    talk(waiting=True, handed_over_at=now - ago)
    talk(waiting=True, handed_over_at=now)

    assert live.board(sofia).service_level == pytest.approx(1 / 3)


def test_containment_is_the_share_nobody_had_to_take_over(sofia):
    """Of those whom the bot met: a mail that it never saw is no success."""
    for _ in range(3):
        talk(bot_seq=1)
    talk(waiting=True, bot_seq=2)
    talk(bot_seq=0)

    assert live.board(sofia).containment == pytest.approx(0.75)


def test_without_cases_there_is_no_share(sofia):
    board = live.board(sofia)

    assert (board.service_level, board.containment, board.rating) == (None, None, None)


def test_yesterday_s_figures_are_gone(sofia):
    with clock.moved_to(clock.now() - timedelta(hours=25)):
        talk(status=Status.RESOLVED, resolved_at=clock.now(), rating=1, rated_at=clock.now())

    board = live.board(sofia)

    assert (board.resolved, board.ratings, board.containment) == (0, 0, None)


def test_agents_show_their_state_and_what_they_have_open(sofia):
    ana = StaffFactory(roles=["agent"])
    ownership.set_availability(ana.id, Availability.BREAK, by=ana.as_actor())
    talk(open=True, owner=ana, assignee_id=ana.id)

    (row,) = [each for each in live.board(sofia).agents if each.id == ana.id]

    assert (row.availability, row.open) == (Availability.BREAK, 1)


def test_a_reader_sees_only_her_markets(database):
    talk(waiting=True)
    elsewhere = staff("supervisor", markets=("BR",))

    assert live.board(elsewhere).waiting == 0


def test_the_board_is_not_for_agents(database):
    with pytest.raises(Forbidden):
        live.board(agent())


def test_the_board_costs_the_same_however_much_goes_on(sofia, session):
    for _ in range(12):
        talk(waiting=True)

    with statements(session) as sent:
        live.board(sofia)

    assert len(sent) == 5
    assert session.query(Conversation).count() == 12


def test_a_board_begins_with_what_goes_on_in_each_of_its_markets(database):
    MarketFactory(india=True)
    talk()
    talk(market_code=MarketFactory(brazil=True).code)

    board = live.board(staff("supervisor", markets=("MX", "IN")))

    assert board.with_bot == 1
    assert [(each["market"], each["with_bot"]) for each in board.parts] == [("IN", 0), ("MX", 1)]
