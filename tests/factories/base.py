"""What every factory does: commit into the test's savepoint."""

from factory.alchemy import SQLAlchemyModelFactory

from app.core import db


class Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session()  # noqa: E731 - bound late, per test
        sqlalchemy_session_persistence = "commit"
