import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.core import db
from app.core.ids import new_id
from app.core.sweeps import one_by_one, together
from app.identity.models import Team

pytestmark = pytest.mark.usefixtures("database")


def found(name):
    """One row a name, but for a name that begins with an x; then nothing of it is left."""
    with db.transaction():
        db.session.add(Team(id=new_id(), name=name))
        db.session.flush()
        if name.startswith("x"):
            raise ValueError(name)
        if name.startswith("?"):
            db.session.execute(text("SELECT 1/0"))
    return 1


def found_together(names):
    with db.transaction():
        return sum(found(name) for name in names)


def names():
    return set(db.session.scalars(select(Team.name)))


@pytest.mark.parametrize("broken", ["xa", "?a"])
def test_what_is_wrong_with_one_keeps_no_other_waiting_and_leaves_nothing(broken):
    assert one_by_one(found, ["a", broken, "b"]) == 2
    assert names() == {"a", "b"}


def test_where_all_at_once_does_not_do_each_is_done_alone():
    assert together(found_together, ["a", "b"]) == 2
    assert together(found_together, ["c", "xd", "e"]) == 2
    assert together(found_together, ["xf"]) == 0
    assert together(found_together, []) == 0
    assert names() == {"a", "b", "c", "e"}


def test_what_fails_in_a_transaction_around_it_ends_that():
    with pytest.raises(ValueError, match="xa"), db.transaction():
        one_by_one(found, ["a", "xa"])
    with pytest.raises(ValueError, match="xa"), db.transaction():
        together(found_together, ["a", "xa"])
    assert names() == set()


def test_a_database_that_is_away_is_not_asked_about_every_thing():
    asked = []

    def lose_it(thing):
        asked.append(thing)
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    with pytest.raises(OperationalError):
        one_by_one(lose_it, ["a", "b"])
    with pytest.raises(OperationalError):
        together(lose_it, ["a", "b"])
    assert asked == ["a", ["a", "b"]]
