"""Counting failed sign-ins per name, atomically, for names that exist and names that do not."""

import hashlib
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, db
from app.identity.errors import Locked
from app.identity.models import SignInFailure

ALLOWED = 5
SHORTEST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)


def check(name: str) -> None:
    """Raises Locked while the name has failed too often."""
    query = select(SignInFailure.locked_until).where(SignInFailure.name_hash == _hash(name))
    until = db.session.scalar(query)
    if until is not None and until > clock.now():
        raise Locked(retry_after=int((until - clock.now()).total_seconds()) + 1)


def count_failure(name: str) -> None:
    """One more failure; every one past the allowance doubles the lock."""
    with db.transaction():
        statement = insert(SignInFailure).values(name_hash=_hash(name), count=1)
        statement = statement.on_conflict_do_update(
            index_elements=[SignInFailure.name_hash], set_={"count": SignInFailure.count + 1}
        )
        count = db.session.scalars(statement.returning(SignInFailure.count)).one()
        if count >= ALLOWED:
            entry = db.session.get_one(SignInFailure, _hash(name), populate_existing=True)
            lock = SHORTEST_LOCK * 2 ** min(count - ALLOWED, 10)
            entry.locked_until = clock.now() + min(lock, LONGEST_LOCK)


def forget(name: str) -> None:
    """A success clears the count."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.name_hash == _hash(name)))


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.strip().casefold().encode()).digest()
