import gc

import pytest
from sqlalchemy import insert, select

from app.core import db
from app.core.ids import new_id
from app.identity.models import Team

pytestmark = pytest.mark.usefixtures("database")


class TakenBack(Exception):
    pass


def made_and_held(team_id):
    team = Team(id=team_id, name="Trial")
    db.session.add(team)
    db.session.flush()
    return team


def made_in_an_inner_savepoint(team_id):
    with db.savepoint():
        return made_and_held(team_id)


def made_let_go_and_read_again(team_id):
    made_and_held(team_id)
    gc.collect()
    return db.session.get_one(Team, team_id)


def written_by_a_statement_and_read(team_id):
    db.session.execute(insert(Team).values(id=team_id, name="Trial"))
    return db.session.get_one(Team, team_id)


@pytest.mark.parametrize(
    "make",
    [
        made_and_held,
        made_in_an_inner_savepoint,
        made_let_go_and_read_again,
        written_by_a_statement_and_read,
    ],
)
def test_what_a_savepoint_took_back_is_there_no_more(make):
    held = []
    team_id = new_id()
    with db.transaction():
        with pytest.raises(TakenBack), db.savepoint():
            held.append(make(team_id))
            raise TakenBack

        assert db.session.get(Team, team_id) is None
        assert db.session.scalars(select(Team).where(Team.name == "Trial")).all() == []


def test_what_was_there_before_is_as_it_was_before():
    with db.transaction():
        team = made_and_held(new_id())
        team.name = "Night shift"
        with pytest.raises(TakenBack), db.savepoint():
            team.name = "Day shift"
            db.session.flush()
            raise TakenBack
        assert team.name == "Night shift"

        with pytest.raises(TakenBack), db.savepoint():
            team.name = "Nobody's"
            raise TakenBack
        assert team.name == "Night shift"
    assert db.session.scalars(select(Team.name).where(Team.id == team.id)).one() == "Night shift"
