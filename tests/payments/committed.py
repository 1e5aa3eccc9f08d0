"""Work by many threads, and what it left in the database."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app.core import db


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


def only(model):
    return db.session.scalars(select(model).execution_options(populate_existing=True)).one()


def count(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))
