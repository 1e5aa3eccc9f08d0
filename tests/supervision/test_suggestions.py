"""The supervisor's screen of what is suggested: how good it is, and what agents take."""

import pytest

from app.assist.models import Kind, SuggestionAnswer
from app.assist.service import train
from app.core import clock, db
from app.core.actor import SYSTEM
from tests.assist.conftest import branches, solved
from tests.factories.markets import MarketFactory
from tests.statements import statements

__all__ = ["branches", "solved"]


@pytest.fixture
def sofia(sign_in):
    return sign_in(language="en", roles=["supervisor"], markets=["MX"])


def answered(staff_id, name, kind, *, accepted, market="MX", offered="x"):
    db.session.add(
        SuggestionAnswer(
            key=name,
            kind=kind,
            offered=offered,
            accepted=accepted,
            market_code=market,
            staff_id=staff_id,
            at=clock.now(),
        )
    )
    db.session.commit()


def test_it_says_how_good_the_models_are_measured_on_what_they_never_saw(sofia, solved):
    solved("es")
    solved("pt", 20)
    train(by=SYSTEM)

    page = sofia.get("/board/suggestions", plain=True).text

    assert "Facturación › Cargos" in page
    assert "Macro F1" in page
    assert "put to use" in page
    assert "At least 60 solved tickets that say it are needed." in page


def test_it_says_what_agents_take_in_the_markets_of_whoever_looks(sofia, branches):
    MarketFactory(code="BR")
    answered(sofia.staff_id, "a", Kind.RESOLUTION, accepted=True)
    answered(sofia.staff_id, "b", Kind.RESOLUTION, accepted=True)
    answered(sofia.staff_id, "c", Kind.RESOLUTION, accepted=False)
    answered(sofia.staff_id, "d", Kind.CATEGORY, accepted=False, market="BR")

    page = sofia.get("/board/suggestions", plain=True).text

    assert "67&nbsp;%" in page
    assert page.count("Resolution of a ticket like it") == 1
    assert "0&nbsp;%" not in page


def test_a_supervisor_has_it_learn_at_once_and_others_only_look(sofia, sign_in):
    analyst = sign_in(roles=["marketing_analyst"])

    assert sofia.post("/board/suggestions/learn").status_code == 204
    assert "Learn now" not in analyst.get("/board/suggestions", plain=True).text
    assert sign_in().get("/board/suggestions").status_code == 403


def test_it_takes_as_many_statements_however_many_versions_there_are(sofia, solved, session):
    solved("es")
    train(by=SYSTEM)
    with statements(session) as few:
        sofia.get("/board/suggestions", plain=True)
    solved("es")
    train(by=SYSTEM)

    with statements(session) as many:
        sofia.get("/board/suggestions", plain=True)

    assert len(many) == len(few)
