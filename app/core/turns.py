"""Taking turns at a thing that has no row of its own yet, or that no transaction may wait for."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import LockNotAvailable
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import OperationalError

from app.core import db


class TooLong(Exception):
    """Our turn did not come in time."""


def take_turn(name: str) -> None:
    """Wait until nobody else does something under this name; ours until the transaction ends."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


@contextmanager
def queued(name: str, *, seconds: int) -> Iterator[bool]:
    """In the order in which they asked, each alone; whether we had to wait. On a connection of its
    own, which keeps nothing but the lock. Raises TooLong."""
    bind = db.session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    key = func.hashtextextended(name, 0)
    with engine.connect() as connection:
        at_once = bool(connection.scalar(select(func.pg_try_advisory_xact_lock(key))))
        if not at_once:
            connection.execute(select(func.set_config("lock_timeout", f"{seconds}s", True)))
            try:
                connection.execute(select(func.pg_advisory_xact_lock(key)))
            except OperationalError as error:
                if isinstance(error.orig, LockNotAvailable):
                    raise TooLong from error
                raise
        yield not at_once


@contextmanager
def alone(name: bytes) -> Iterator[bool]:
    """Whether nobody else does this now; a lock on a connection of its own, so that no transaction
    stays open meanwhile."""
    bind = db.session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    key = int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        taken = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        try:
            yield taken
        finally:
            if taken:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
