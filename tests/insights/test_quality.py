"""Score cards, reviews, what agents say of them, and the lot that is drawn."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.conversations.models import Status
from app.core import clock, db
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.insights import quality, scoring
from app.insights.models import QualityReview, Sample, ScoreCard
from app.insights.models.quality import Response
from app.insights.quality import Answer
from tests.factories.actors import agent
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory

ASKED = [
    {"words": "Greets", "weight": 10, "fatal": False},
    {"words": "Solves", "weight": 30, "fatal": False},
    {"words": "Checks who it is", "weight": 10, "fatal": True},
]


@pytest.fixture
def sofia(database):
    MarketFactory()
    return StaffFactory(name="Sofía Vega", roles=["supervisor"]).as_actor()


@pytest.fixture
def ana(database):
    return StaffFactory(name="Ana Ruiz")


@pytest.fixture
def talk(sofia, ana):
    return ConversationFactory(open=True, owner=ana, assignee_id=ana.id)


@pytest.fixture
def card(sofia):
    return quality.write_card("Chats", ASKED, by=sofia)


def points(*given):
    return {f"q{place}": Answer(each) for place, each in enumerate(given, start=1)}


@pytest.mark.parametrize(
    ("given", "score", "failed"),
    [
        ((4, 4, 4), "100.00", False),
        ((2, 3, 4), "75.00", False),  # (20 + 90 + 40) / 200
        ((2, 3, 0), "0.00", True),
        ((None, 3, None), "75.00", False),
        ((0, 0, 1), "5.00", False),
    ],
)
def test_a_score_is_weighted_points_of_what_applies(given, score, failed):
    told = scoring.outcome(scoring.questions(ASKED), {f"q{n + 1}": p for n, p in enumerate(given)})

    assert (told.score, told.failed) == (Decimal(score), failed)


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 4)), min_size=1, max_size=30))
def test_a_score_is_never_beyond_the_best_and_worst_answer(drawn):
    asked = scoring.questions([{"words": "Q", "weight": weight} for weight, _ in drawn])

    told = scoring.outcome(asked, {each.key: p for each, (_, p) in zip(asked, drawn, strict=True)})

    low, high = (25 * pick(p for _, p in drawn) for pick in (min, max))
    assert low <= told.score <= high


@pytest.mark.parametrize(
    "given",
    [
        [],
        [{"words": "", "weight": 1}],
        [{"words": "x", "weight": 0}],
        [{"words": "x", "weight": 101}],
        [{"words": "x", "weight": True}],
        [{"words": "x" * 201, "weight": 1}],
        [{"words": "x", "weight": 1}] * 31,
    ],
)
def test_a_card_that_cannot_be_is_refused(sofia, given):
    with pytest.raises(Invalid):
        quality.write_card("Chats", given, by=sofia)


@pytest.mark.parametrize("given", [(4, 4), (4, 4, 5), (4, 4, -1), (None, None, None)])
def test_answers_that_leave_out_or_go_beyond_are_refused(sofia, talk, card, given):
    with pytest.raises(Invalid):
        quality.review(talk.id, card.id, points(*given), by=sofia)

    assert db.session.scalars(select(QualityReview)).all() == []


def test_a_changed_card_is_a_new_version_and_old_reviews_keep_theirs(sofia, talk, card):
    made = quality.review(talk.id, card.id, points(4, 4, 4), by=sofia)
    newer = quality.write_card("Chats", ASKED[:1], by=sofia)

    assert (card.version, newer.version) == (1, 2)
    assert quality.cards() == [newer]
    assert len(made.card.questions) == 3
    quality.retire_card(newer.id, by=sofia)
    assert quality.cards() == []
    with pytest.raises(NotFound):
        quality.review(talk.id, newer.id, points(4), by=sofia)


def test_one_reviewer_reviews_once_and_never_herself(sofia, ana, talk, card):
    quality.review(talk.id, card.id, points(4, 4, 4), by=sofia)
    lead = StaffFactory(roles=["supervisor"])
    own = ConversationFactory(open=True, owner=lead, assignee_id=lead.id)

    with pytest.raises(quality.ReviewedAlready):
        quality.review(talk.id, card.id, points(1, 1, 1), by=sofia)
    with pytest.raises(quality.NobodysConversation):
        quality.review(own.id, card.id, points(4, 4, 4), by=lead.as_actor())
    with pytest.raises((Forbidden, NotFound)):
        quality.review(talk.id, card.id, points(4, 4, 4), by=agent())


def test_a_comment_is_about_a_message_of_this_very_conversation(sofia, talk, card):
    mine = MessageFactory(conversation=talk)
    foreign = MessageFactory(conversation=ConversationFactory())
    answers = points(4, 4, 4)

    for wrong in (foreign.id, new_id()):
        with pytest.raises(Invalid):
            quality.review(talk.id, card.id, {**answers, "q1": Answer(3, "Look", wrong)}, by=sofia)
    made = quality.review(talk.id, card.id, {**answers, "q1": Answer(3, "Look", mine.id)}, by=sofia)
    assert made.answers["q1"] == {"points": 3, "comment": "Look", "message_id": str(mine.id)}


def test_the_agent_sees_hers_and_says_once_what_she_thinks(sofia, ana, talk, card):
    made = quality.review(talk.id, card.id, points(1, 1, 1), by=sofia)
    by = ana.as_actor()

    assert quality.of_agent(by) == [made]
    assert quality.of_agent(agent()) == []
    with pytest.raises(NotFound):
        quality.respond(made.id, Response.ACKNOWLEDGED, "", by=agent())
    with pytest.raises(Invalid):
        quality.respond(made.id, Response.NONE, "x", by=by)
    quality.respond(made.id, Response.DISAGREED, "She had hung up", by=by)
    with pytest.raises(quality.AnsweredAlready):
        quality.respond(made.id, Response.ACKNOWLEDGED, "", by=by)
    assert quality.latest(sofia)[0].response_words == "She had hung up"


def test_calibration_is_seen_by_reviewers_only_and_counts_for_nobody(sofia, ana, talk, card):
    olga = StaffFactory(name="Olga", roles=["supervisor"]).as_actor()
    made = quality.review(talk.id, card.id, points(0, 0, 1), by=sofia, calibration=True)
    quality.review(talk.id, card.id, points(4, 4, 4), by=olga, calibration=True)

    assert [each.score for each in quality.calibrated(sofia, talk.id)] == [5, 100]
    assert quality.averages(sofia) == []
    assert quality.of_agent(ana.as_actor()) == []
    with pytest.raises(NotFound):
        quality.review_for(ana.as_actor(), made.id)


def test_averages_are_by_agent_or_team_and_week_and_of_the_reader_s_markets(sofia, ana, card):
    for marks in ((4, 4, 4), (2, 3, 4)):
        talk = ConversationFactory(open=True, owner=ana, assignee_id=ana.id)
        quality.review(talk.id, card.id, points(*marks), by=sofia)

    (row,) = quality.averages(sofia)

    assert (row.name, row.score, row.reviews, row.failed) == ("Ana Ruiz", Decimal("87.50"), 2, 0)
    today = clock.now().date()
    assert row.week == today - timedelta(days=today.weekday())
    assert [each.name for each in quality.averages(sofia, by_team=True)] == [""]
    brazil = StaffFactory(roles=["supervisor"], markets=["BR"]).as_actor()
    assert quality.averages(brazil) == []
    assert quality.latest(brazil) == []


def test_a_week_s_lot_is_drawn_once_and_three_of_each_agent(sofia, ana, card):
    beto = StaffFactory(name="Beto Lima")
    monday = clock.datetime.fromisoformat("2026-03-09T12:00+00:00")
    for owner, count in ((ana, 5), (beto, 2)):
        for place in range(count):
            ConversationFactory(
                status=Status.RESOLVED,
                assignee_id=owner.id,
                resolved_at=monday - timedelta(days=2, hours=place),
            )
    with clock.moved_to(monday):
        assert quality.draw() == 5
        assert quality.draw() == 0
        drawn = quality.to_review(sofia)
        assert sorted(each.agent.name for each in drawn) == ["Ana Ruiz"] * 3 + ["Beto Lima"] * 2
        quality.review(drawn[0].conversation_id, card.id, points(4, 4, 4), by=sofia)
        assert len(quality.to_review(sofia)) == 4
    assert {each.week for each in db.session.scalars(select(Sample))} == {date(2026, 3, 2)}
    assert db.session.scalars(select(ScoreCard)).one()


def test_of_two_clicks_at_the_same_instant_one_is_the_review(committing, in_parallel):
    MarketFactory()
    sofia = StaffFactory(roles=["supervisor"]).as_actor()
    talk_id = ConversationFactory(open=True).id
    card_id = quality.write_card("Chats", ASKED, by=sofia).id

    answers = in_parallel(
        lambda given: quality.review(talk_id, card_id, given, by=sofia), [points(4, 4, 4)] * 4
    )

    assert sorted(type(each).__name__ for each in answers) == [
        "QualityReview", *["ReviewedAlready"] * 3
    ]  # fmt: skip
