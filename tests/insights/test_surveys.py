"""Asking how it was: once a case, in its time, and never who told us or wants to hear nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.errors import Forbidden, Invalid, NotFound
from app.customers.models import Notice
from app.insights import follow_ups, surveys
from app.insights.models import FollowUp, Survey
from app.insights.rollups import rolling
from app.markets import policies
from app.messaging.models import Contact
from tests.factories.actors import agent, staff
from tests.factories.conversations import InboxFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.insights.histories import Case, at
from tests.insights.test_rollups import told

ASKS = {"survey": {"question": "csat", "ways": ["email", "sms"], "after_minutes": 60}}


@pytest.fixture
def market(database):
    return MarketFactory(policies=ASKS)


@pytest.fixture
def valeria(market):
    return CustomerFactory()


@pytest.fixture
def ana(market):
    return StaffFactory(name="Ana Ruiz")


@pytest.fixture
def solved(ana, valeria):
    """A ticket solved at minute 30, by mail."""
    past = [(1, "accept", ana), (30, "resolve", ana)]
    return Case(0, past, [(0, "customer")], channel="email", customer=valeria).make()


def plan(case, minute=30):
    with clock.moved_to(at(minute)):
        surveys.plan(case.ticket.id)


def ask(minute):
    with clock.moved_to(at(minute)):
        rolling.roll_up()
        return surveys.ask_due()


def asked(case, minute=90):
    plan(case)
    assert ask(minute) == 1
    return db.session.scalars(select(Survey)).one()


def notices():
    return db.session.scalars(select(Notice).order_by(Notice.id)).all()


def test_she_is_asked_an_hour_after_in_her_language_by_the_way_she_wrote(solved, valeria):
    plan(solved)

    assert ask(89) == 0
    assert ask(90) == 1
    (told,) = notices()
    survey = db.session.scalars(select(Survey)).one()
    assert (told.kind, told.channel, told.language) == ("survey_email", "email", "es")
    assert told.facts["url"].endswith(f"/survey/{surveys.token_of(survey)}")


def test_a_case_is_asked_about_once_however_often_it_is_solved(solved):
    asked(solved)

    plan(solved, 100)
    plan(solved, 200)

    assert ask(400) == 0
    assert len(notices()) == 1


def test_solved_again_before_that_the_hour_begins_anew(solved):
    plan(solved)
    plan(solved, 60)

    assert ask(90) == 0
    assert ask(120) == 1


def test_what_was_reopened_is_not_asked_about_until_it_is_solved(solved):
    plan(solved)
    solved.ticket.status = "open"
    db.session.commit()

    assert ask(90) == 0
    assert notices() == []


def test_who_rated_in_the_chat_is_not_asked_again(ana, valeria):
    past = [(1, "accept", ana), (30, "resolve", ana)]
    case = Case(0, past, [(0, "customer")], customer=valeria, rated=(31, 5)).make()
    plan(case)

    assert ask(90) == 0
    assert db.session.scalars(select(Survey)).one().withheld == "rated"


def test_who_wants_to_hear_nothing_is_not_asked(solved, valeria):
    inbox = InboxFactory(channel="email", address="care@aurora.example")
    db.session.add(Contact(inbox_id=inbox.id, address=valeria.email.lower(), stopped=True))
    db.session.commit()
    plan(solved)

    assert ask(90) == 0
    assert notices() == []
    assert db.session.scalars(select(Survey)).one().withheld == "stopped"


def test_a_market_that_asks_nobody_asks_nobody(solved, market):
    market.policies = {}
    db.session.commit()
    plan(solved)

    assert db.session.scalars(select(Survey)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": "stars"},
        {"question": "csat", "ways": ["fax"]},
        {"question": "csat", "ways": []},
        {"question": "csat", "after_minutes": -1},
        {"question": "csat", "after_minutes": True},
        "csat",
        {},
    ],
)
def test_a_setting_that_asks_nothing_sensible_is_refused(wrong):
    with pytest.raises(Invalid):
        policies.check({"survey": wrong})


def test_a_link_is_good_for_its_question_alone_and_for_thirty_days(solved):
    survey = asked(solved)
    token = surveys.token_of(survey)
    changed = ("0" if token[0] != "0" else "1") + token[1:]

    for wrong in (changed, token[:-1] + ("0" if token[-1] != "0" else "1"), token[:32], "x", "é"):
        with pytest.raises(NotFound):
            surveys.opened(wrong)
    with clock.moved_to(at(90) + timedelta(days=30)), pytest.raises(surveys.SurveyOver):
        surveys.answer(token, 5, "")


def test_she_answers_once_and_it_counts_where_the_ticket_counts(solved):
    token = surveys.token_of(asked(solved))
    with clock.moved_to(at(120)):
        surveys.answer(token, 5, "  Rápido  ")
        with pytest.raises(surveys.AlreadyAnswered):
            surveys.answer(token, 1, "")
        rolling.roll_up()

    found = told("csat", "answer_rate", by=["agent"])
    assert found.rows[0].names == ("Ana Ruiz",)
    assert found.total.values == [1, 1]
    assert db.session.scalars(select(FollowUp)).all() == []
    entry = select(AuditEntry).where(AuditEntry.action == "survey.answered")
    assert db.session.scalars(entry).one().actor_kind == "customer"


@pytest.mark.parametrize("score", [0, 6, -1, 99])
def test_points_that_were_not_offered_are_refused(solved, score):
    token = surveys.token_of(asked(solved))

    with clock.moved_to(at(120)), pytest.raises(Invalid):
        surveys.answer(token, score, "")


def test_a_bad_answer_is_somebody_s_to_look_into(solved, ana):
    token = surveys.token_of(asked(solved))
    with clock.moved_to(at(120)):
        surveys.answer(token, 2, "Nobody called back. Card 4242 4242 4242 4242")
    sofia, other = (staff("supervisor", name=name) for name in ("Sofía", "Olga"))
    _as_rows(sofia, other)

    ((found, reference),) = follow_ups.listed(sofia)
    assert (found.score, found.agent.name, reference) == (2, "Ana Ruiz", solved.ticket.reference)
    assert "4242 4242 4242 4242" not in found.comment
    follow_ups.take(found.id, by=sofia)
    with pytest.raises(follow_ups.TakenByOther):
        follow_ups.finish(found.id, "Mine", by=other)
    follow_ups.finish(found.id, "Called her back", by=sofia)
    assert follow_ups.listed(sofia) == []
    assert follow_ups.listed(sofia, done=True)[0][0].outcome == "Called her back"
    with pytest.raises(follow_ups.FollowUpDone):
        follow_ups.finish(found.id, "Again", by=sofia)


def _as_rows(*actors):
    for actor in actors:
        StaffFactory(id=actor.id, name=actor.name, roles=["supervisor"])


def test_a_bad_rating_in_the_chat_is_one_task_also_when_it_is_told_twice(ana, valeria):
    past = [(1, "accept", ana), (30, "resolve", ana)]
    case = Case(0, past, [(0, "customer")], customer=valeria, rated=(31, 1)).make()

    for _ in range(2):
        follow_ups.open_for_rating(case.ticket.conversation_id)
        db.session.commit()

    found = db.session.scalars(select(FollowUp)).one()
    assert (found.ticket_id, found.score) == (case.ticket.id, 1)
    with pytest.raises(NotFound):
        follow_ups.take(found.id, by=staff("supervisor", markets=("BR",)))
    assert follow_ups.listed(staff("supervisor", markets=("BR",))) == []
    with pytest.raises(Forbidden):
        follow_ups.listed(agent())
