"""Work by many threads, and what it left in the database."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, func, select, text

from app.core import db, secrets

_WAITS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def committing(new_database):
    """An own database and as many connections as threads want, for what really commits."""
    secrets.set_key("tests")
    engine = create_engine(new_database(), pool_size=40, max_overflow=0, pool_timeout=60)
    db.session.remove()
    db.factory.configure(bind=engine, join_transaction_mode="conditional_savepoint")
    yield
    db.session.remove()
    db.factory.configure(bind=None)
    engine.dispose()


def at_once(count, work):
    """Run `work(n)` in as many threads, starting together; returns results and exceptions."""
    ready = threading.Barrier(count)

    def run(number):
        with db.session_scope():
            ready.wait()
            try:
                return work(number)
            except Exception as error:  # noqa: BLE001 - the test looks at it
                return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def waiting(work):
    """Start `work` in a thread; its future, once it waits for a lock that somebody holds."""

    def run():
        with db.session_scope():
            return work()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    with db.factory.kw["bind"].connect() as aside:
        while not future.done() and not aside.scalar(_WAITS):
            aside.rollback()  # it looks anew
    return future


def only(model):
    return db.session.scalars(select(model).execution_options(populate_existing=True)).one()


def count(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))
