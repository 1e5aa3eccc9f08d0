"""How the bot did: golden figures, counted by hand from the talks each test tells."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.core import clock
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.money import Money
from app.insights import bot_figures, contact_costs
from app.markets import policies
from tests.factories.actors import agent, staff
from tests.factories.conversations import ConversationFactory
from tests.factories.markets import MarketFactory
from tests.statements import statements


@pytest.fixture
def sofia(database):
    return staff("supervisor")


@pytest.fixture
def market(database):
    return MarketFactory(policies={"bot_talk_cost": "0.50", "agent_minute_cost": "4"})


def with_person(minutes, reason="asked", **more):
    """Asked for one, who was busy with it for so long."""
    accepted = clock.now() - timedelta(hours=3)
    return {
        "open": True,
        "handed_over_at": accepted,
        "accepted_at": accepted,
        "resolved_at": accepted + timedelta(minutes=minutes),
        "learnt": {"reason": reason},
        **more,
    }


def test_containment_fallback_reasons_ratings_and_costs(sofia, market, heard_as):
    heard_as("check_balance", rating=5, language="pt")
    heard_as("check_balance", rating=4)
    talk = heard_as("nlu_fallback", **with_person(10, "not_understood")).conversation_id
    heard_as("view_bill", **with_person(500))  # an hour at most
    ConversationFactory(bot_seq=0)  # the bot never had it
    heard_as("greet", ago=24 * 8)

    told = bot_figures.figures(sofia, market, days=7)

    assert (told.total.talks, told.total.handed_over, told.total.messages) == (4, 2, 4)
    assert (told.total.containment, told.total.fallback) == (0.5, 0.25)
    assert (told.total.rating, told.total.ratings) == (4.5, 2)
    assert told.total.minutes == Decimal(70)
    # (4 × 0.50 + 70 × 4) / 4
    assert told.total.cost == Money.of("70.50", "MXN")
    assert dict(told.reasons) == {"not_understood": 1, "asked": 1}
    assert {row.key: row.talks for row in told.by["language"]} == {"es": 3, "pt": 1}
    assert {row.key: row.talks for row in told.by["channel"]} == {"webchat": 4}
    assert {(row.key, row.talks, row.handed_over) for row in told.by["intent"]} == {
        ("check_balance", 2, 0),
        ("nlu_fallback", 1, 1),
        ("view_bill", 1, 1),
    }
    assert talk


def test_days_are_those_of_the_market(sofia, market, heard_as):
    """One o'clock in the morning of UTC is the evening before in Mexico City."""
    noon = clock.now().replace(hour=1, minute=0)
    with clock.moved_to(noon):
        heard_as("greet")
        told = bot_figures.figures(sofia, market, days=7)

    assert [row.key for row in told.by["day"]] == [noon.date() - timedelta(days=1)]


def test_a_talk_counts_once_in_a_request_however_often_it_was_heard(sofia, market, heard_as):
    talk = ConversationFactory(bot_seq=1)
    for _ in range(3):
        heard_as("check_usage", talk=talk)

    (row,) = bot_figures.figures(sofia, market, days=7).by["intent"]

    assert (row.talks, row.messages) == (1, 3)


def test_four_statements_whatever_there_is_and_nothing_of_nothing(sofia, market, session, heard_as):
    empty = bot_figures.figures(sofia, market, days=30)
    for language in ("en", "es", "pt"):
        heard_as("greet", language=language)
    with statements(session) as sent:
        bot_figures.figures(sofia, market, days=30)

    assert (empty.total.talks, empty.total.containment, empty.total.cost) == (0, None, None)
    assert len(sent) == 4


def test_without_chosen_costs_there_is_none(sofia, heard_as):
    heard_as("greet")

    told = bot_figures.figures(sofia, MarketFactory(), days=7)

    assert (told.costs, told.total.cost) == (None, None)


@pytest.mark.parametrize("cost", ["-1", "x", "NaN", "1.00001", True, None, "10000000"])
def test_costs_that_cannot_be_are_refused(cost):
    if cost is None:
        policies.check({contact_costs.TALK: None})
        return
    with pytest.raises(Invalid):
        policies.check({contact_costs.TALK: cost})


def test_who_may_not_sees_nothing(market):
    with pytest.raises(Forbidden):
        bot_figures.figures(agent(), market, days=7)
    with pytest.raises(NotFound):
        bot_figures.figures(staff("supervisor", markets=["BR"]), market, days=7)
