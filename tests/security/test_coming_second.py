"""Two at the same instant: who comes second is refused. And no error tells what it was given."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import db
from app.identity.models import Team


@pytest.fixture
def asking(app, monkeypatch):
    """A page that does this; its status and code."""

    def ask(act):
        monkeypatch.setitem(app.view_functions, "healthz", act)
        answer = app.test_client().get("/healthz", headers={"Accept": "application/json"})
        return answer.status_code, answer.json["code"]

    return ask


def test_who_comes_second_is_refused_and_nothing_of_hers_stays(asking):
    def both():
        with db.transaction():
            db.session.add_all([Team(name="Night"), Team(name="Night")])

    assert asking(both) == (409, "conflict")
    assert db.session.query(Team).count() == 0


def test_what_we_forgot_to_say_is_a_fault_of_ours(asking):
    def forgetful():
        with db.transaction():
            db.session.add(Team(name=None))

    assert asking(forgetful) == (500, "internal")


def test_an_error_of_the_database_does_not_tell_what_the_statement_was_given(app):
    query = text("SELECT CAST(:secret AS text), 1 / CAST(:zero AS int)")

    with app.extensions["engine"].connect() as connection, pytest.raises(DBAPIError) as told:
        connection.execute(query, {"secret": "swordfish", "zero": 0})

    assert "SELECT" in str(told.value)
    assert "swordfish" not in str(told.value)
