"""The page behind the link that asks how it was."""

import re

import pytest
from sqlalchemy import select

from app.core import db
from app.insights import surveys
from app.insights.models import Survey
from app.insights.rollups import rolling
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.insights.histories import Case
from tests.portal.conftest import OURS

ASKS = {"survey": {"question": "nps", "ways": ["email"], "after_minutes": 0}}


@pytest.fixture
def address(app):
    MarketFactory(policies=ASKS)
    ana = StaffFactory()
    past = [(1, "accept", ana), (30, "resolve", ana)]
    case = Case(0, past, [(0, "customer")], channel="email", customer=CustomerFactory()).make()
    surveys.plan(case.ticket.id)
    rolling.roll_up()
    assert surveys.ask_due() == 1
    return f"/survey/{surveys.token_of(db.session.scalars(select(Survey)).one())}"


def send(client, address, **form):
    return client.post(address, data=form, headers={"Origin": OURS})


def test_looking_changes_nothing_and_speaks_her_language(client, address):
    page = client.get(address)
    client.get(address)

    assert page.status_code == 200
    assert 'lang="es"' in page.text
    assert re.findall(r'name="score" value="(\d+)"', page.text) == [str(n) for n in range(11)]
    survey = db.session.scalars(select(Survey).execution_options(populate_existing=True)).one()
    assert survey.answered_at is None


def test_she_answers_and_is_thanked_and_cannot_answer_again(client, address):
    first = send(client, address, score="9", comment="<b>Bien</b>")
    again = send(client, address, score="0")

    assert first.status_code == 303
    assert again.status_code == 409
    assert 'name="score"' not in client.get(address).text
    survey = db.session.scalars(select(Survey).execution_options(populate_existing=True)).one()
    assert (survey.score, survey.comment) == (9, "<b>Bien</b>")


@pytest.mark.parametrize("form", [{}, {"score": "11"}, {"score": "x"}, {"score": "-1"}])
def test_what_was_not_asked_is_refused(client, address, form):
    assert send(client, address, **form).status_code == 400


def test_a_link_that_we_did_not_sign_leads_nowhere(client, address):
    assert client.get(address[:-1] + "x").status_code == 404
    assert send(client, address[:-1] + "x", score="5").status_code == 404
