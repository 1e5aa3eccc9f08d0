"""One statement that is a transaction of its own."""

import pytest
from sqlalchemy import create_engine, text

from app.core import at_once, db, events
from app.core.errors import Unavailable
from app.demo import embedded
from tests.conftest import NOBODY

ADD = "INSERT INTO noted (id) VALUES (%(id)s) ON CONFLICT (id) DO NOTHING RETURNING id"
BACKEND = "SELECT pg_backend_pid() + 0 * %(none)s"


@pytest.fixture
def engine(new_database):
    made = create_engine(embedded.owner_url(new_database()))
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE noted (id int PRIMARY KEY)"))
    before = events._tables
    db.session.remove()
    db.factory.configure(bind=made)
    yield made
    db.session.remove()
    db.factory.configure(bind=None)
    events._tables = before
    made.dispose()


def noted(engine):
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT id FROM noted ORDER BY id")))


def test_it_is_committed_at_once_on_a_connection_that_is_used_again(engine):
    assert at_once.scalar(ADD, {"id": 1}) == 1
    assert at_once.scalar(ADD, {"id": 1}) is None

    assert noted(engine) == [1]
    assert at_once.scalar(BACKEND, {"none": 0}) == at_once.scalar(BACKEND, {"none": 0})


def test_a_connection_that_died_is_replaced(engine):
    backend = at_once.scalar(BACKEND, {"none": 0})
    with engine.begin() as other:
        other.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})

    assert at_once.scalar(ADD, {"id": 2}) == 2
    assert noted(engine) == [2]


def test_a_refusal_of_the_database_leaves_the_connection_whole(engine):
    backend = at_once.scalar(BACKEND, {"none": 0})
    with pytest.raises(engine.dialect.loaded_dbapi.ProgrammingError):
        at_once.scalar("SELECT * FROM nowhere WHERE %(none)s = 0", {"none": 0})

    assert at_once.scalar(BACKEND, {"none": 0}) == backend


def test_a_database_that_is_away_is_no_fault_of_ours(engine):
    db.factory.configure(bind=create_engine(f"postgresql+psycopg://x@{NOBODY.split('/')[2]}/x"))

    with pytest.raises(Unavailable):
        at_once.scalar(ADD, {"id": 3})
