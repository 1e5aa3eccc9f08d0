"""Taking turns at a thing that has no row of its own yet, or that no transaction may wait for."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select, text

from app.core import db


def take_turn(name: str) -> None:
    """Wait until nobody else does something under this name; ours until the transaction ends."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


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
