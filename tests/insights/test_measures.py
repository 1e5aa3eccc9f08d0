"""Every measure on a little world of twenty tickets, counted by hand from the table below."""

import pytest

from app.core import clock, db
from app.identity.models import Team
from app.insights import definition, reporting
from app.insights.rollups import rolling
from tests.conftest import rolled_back
from tests.factories.actors import staff
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.insights.histories import Case, at, be

DAY = {"period": "chosen", "since": "2026-03-02", "until": "2026-03-02"}


@pytest.fixture(scope="module")
def world(engine):
    """Twenty tickets of one Monday, 10:00 to 24:00 in Mexico City, which everybody only reads."""
    with rolled_back(engine):
        _live_through_it()
        yield


def _live_through_it():
    team = Team(name="Front")
    db.session.add(team)
    db.session.commit()
    ana = StaffFactory(name="Ana Ruiz", team_id=team.id)
    beto = StaffFactory(name="Beto Lima")
    MarketFactory()
    vale, luis = CustomerFactory(), CustomerFactory()
    fine = [
        # opened, accepted, first answer, last words, resolved; all by Ana, rated 5
        Case(n, [(n + 0.5, "accept", ana), (n + 10, "resolve", ana)],
             [(n, "customer"), (n + 1, "agent"), (n + 8, "customer")], rated=(n + 11, 5))
        for n in range(10)
    ]  # fmt: skip
    slow = [
        # answered after 4 minutes, first words after 20 (late), 100 minutes to the end, rated 2
        Case(n, [(n + 4, "accept", beto), (n + 100, "resolve", beto)],
             [(n, "customer"), (n + 20, "agent"), (n + 90, "agent")], topic="technical",
             channel="whatsapp", rated=(n + 101, 2))
        for n in (60, 120, 180, 240)
    ]  # fmt: skip
    rest = [
        Case(30, [(45, "resolve", beto)], [(30, "customer")]),  # abandoned
        Case(40, [(55, "resolve", beto)], [(40, "customer")]),  # abandoned
        # passed on once and reopened, then solved for good
        Case(50, [(51, "accept", ana), (60, "transfer", beto), (80, "resolve", beto),
                  (200, "reopen", beto), (260, "resolve", beto)],
             [(50, "customer"), (52, "agent")], customer=vale),
        # solved, and the same again two days later
        Case(70, [(70, "accept", ana), (90, "resolve", ana)], [], customer=luis, channel=None),
        Case(70 + 2 * 1440, [], [], customer=luis, channel=None),
        # nobody has it yet
        Case(300, [], [(300, "customer")]),
    ]  # fmt: skip
    for case in [*fine, *slow, *rest]:
        case.make()
    be(ana, 0, "available")
    be(ana, 120, "break")
    be(ana, 180, "wrap_up")
    be(ana, 240, "offline")
    ConversationFactory(created_at=at(5), last_seq=2, bot_seq=2)  # the bot alone
    db.session.commit()
    with clock.moved_to(at(4 * 1440)):
        rolling.roll_up()


EXPECTED = {
    "opened": 19,
    "resolved": 18,
    # ten of 1 min, four of 20 min, one of 2 min
    "first_response": (10 * 60 + 4 * 1200 + 120) / 15,
    "responded_in_time": 11 / 15,
    # ten of 30 s, four of 240 s, one of 60 s
    "answer": (10 * 30 + 4 * 240 + 60) / 15,
    "service_level": 11 / 17,
    "abandoned": 2,
    "abandonment": 2 / 17,
    # Ana's ten of 9.5 min, Beto's four of 96 min; passed on: from 60 to 260; without a talk: 20 min
    "handle": (10 * 570 + 4 * 5760 + 12000 + 1200) / 16,
    # two minutes, ten minutes, and of the one passed on from her acceptance, nobody spoke after
    "wrap": (10 * 120 + 4 * 600 + 12000) / 15,
    "resolution": (10 * 600 + 4 * 6000 + 2 * 900 + 210 * 60 + 1200) / 18,
    "resolved_in_time": 1.0,
    "first_contact": 16 / 18,
    "reopening": 1 / 18,
    "transferred": 1 / 18,
    "backlog": 1,
    # opened five hours after ten, at midnight nine hours old
    "backlog_age": 9 * 3600,
    # there from 0 to 120 and from 180 to 240; busy from 0.5 to 19 and from 70 to 90
    "occupancy": 38.5 / 180,
    "talks": 19,
    "kept": 1,
    "handed_over": 18,
    "containment": 1 / 19,
    "csat": 10 / 14,
    "rating": (10 * 5 + 4 * 2) / 14,
    # 7.5 of 15 lie in 45–60 s, which has 10; 13.5 lie 2.5 of 4 into 900–1200 s
    "first_response_median": 45 + 15 * 7.5 / 10,
    "first_response_p90": 900 + 300 * 2.5 / 4,
    "backlog_age_median": 28800 + 14400 / 2,
    "nps": None,
    "ces": None,
    "answer_rate": None,
}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("name", EXPECTED)
def test_every_measure_is_what_was_counted_by_hand(name):
    found = told(staff("supervisor"), name).total.values[0]

    assert found == (None if EXPECTED[name] is None else pytest.approx(EXPECTED[name]))


def told(reader, *names, **more):
    asked = definition.read({"measures": names, **DAY, **more})
    with clock.moved_to(at(4 * 1440)):
        return reporting.figures(reader, asked)
