"""Threads with sessions of their own, on a database that really commits."""

from concurrent.futures import ThreadPoolExecutor

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


@pytest.fixture
def in_parallel():
    """Call a function once for each argument, all at the same time, each in its own session.

    Returns what each call returned or raised, in the order of the arguments.
    """

    def run(function, arguments):
        def alone(argument):
            try:
                return function(argument)
            except Exception as error:  # noqa: BLE001 - it is the answer
                return error
            finally:
                db.session.remove()

        with ThreadPoolExecutor(max_workers=len(arguments)) as threads:
            return list(threads.map(alone, arguments))

    return run
