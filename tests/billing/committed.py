"""Work by many threads, and what it left in the database."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select, text

from app.core import db

_WAITS = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def at_once(count, work):
    """Run `work(n)` in as many threads, starting together; returns results and exceptions."""
    ready = threading.Barrier(count, timeout=60)

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
