"""The audit trail: nothing in it is changed or removed."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from app.audit import service as audit
from app.core import db
from app.core.actor import SYSTEM
from app.demo import embedded
from migrations import upgrade


@pytest.fixture(scope="module")
def migrated(postgres):
    """A database as an operator has it: made by the migrations, holding one entry."""
    name = "trail_by_test"
    embedded.drop_database(postgres, name)
    embedded.create_database(postgres, name)
    url = embedded.sqlalchemy_url(postgres, name)
    upgrade(url)
    engine = create_engine(url)
    db.session.remove()
    db.factory.configure(bind=engine)
    with db.transaction():
        audit.record(SYSTEM, "lamp.lit", "lamp", 1)
    db.session.remove()
    db.factory.configure(bind=None)
    yield engine
    engine.dispose()
    embedded.drop_database(postgres, name)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'nothing'",
        "UPDATE audit_entry SET action = 'nothing' WHERE id < 0",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        (
            "INSERT INTO audit_entry OVERRIDING SYSTEM VALUE SELECT * FROM audit_entry"
            " ON CONFLICT (id) DO UPDATE SET action = 'nothing'"
        ),
    ],
)
def test_the_database_refuses_to_rewrite_the_trail(migrated, statement):
    with pytest.raises(DBAPIError, match="append-only"), migrated.begin() as connection:
        connection.execute(text(statement))

    with migrated.connect() as connection:
        assert connection.scalars(text("SELECT action FROM audit_entry")).all() == ["lamp.lit"]
