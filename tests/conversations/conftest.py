"""Threads with sessions of their own, on a database that really commits."""

import pytest
from sqlalchemy import create_engine

from app.core import db, secrets


@pytest.fixture
def committed(new_database):
    """A database whose commits are real, for many threads at once."""
    secrets.set_key("tests")
    engine = create_engine(new_database(), pool_size=40, max_overflow=20, pool_timeout=60)
    db.session.remove()
    db.factory.configure(bind=engine, join_transaction_mode="conditional_savepoint")
    yield engine
    db.session.remove()
    db.factory.configure(bind=None)
    engine.dispose()
