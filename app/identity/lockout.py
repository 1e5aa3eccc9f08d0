"""Counting tries at a secret per name, atomically, for names that exist and names that do not.

A try is counted before the secret is looked at: however many come at the same instant, no more than
five of them are.
"""

from datetime import timedelta

from sqlalchemy import case, delete, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, db
from app.core.secrets import keyed_hash
from app.identity.errors import Locked
from app.identity.models import SignInFailure

ALLOWED = 5
SHORTEST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)


def attempt(name: str) -> None:
    """One more try; the fifth closes the name, and every further one doubles the lock.

    Whoever is right calls `forget` then. Raises Locked while the name is closed. Called outside a
    transaction, where the secret's refusal does not take the count back.
    """
    if _counted(name) is None:
        check(name)


def _counted(name: str) -> int | None:
    """The tries so far, this one among them; None while the name is closed."""
    moment = clock.now()
    count = SignInFailure.count + 1
    doubled = SHORTEST_LOCK * func.power(2, func.least(count - ALLOWED, 10))
    until = case((count >= ALLOWED, literal(moment) + func.least(doubled, LONGEST_LOCK)))
    statement = insert(SignInFailure).values(name_hash=_hash(name), count=1, failed_at=moment)
    statement = statement.on_conflict_do_update(
        index_elements=[SignInFailure.name_hash],
        set_={"count": count, "failed_at": moment, "locked_until": until},
        where=or_(SignInFailure.locked_until.is_(None), SignInFailure.locked_until <= moment),
    )
    with db.transaction():
        return db.session.scalar(statement.returning(SignInFailure.count))


def check(name: str) -> None:
    """Raises Locked while the name has failed too often."""
    query = select(SignInFailure.locked_until).where(SignInFailure.name_hash == _hash(name))
    until = db.session.scalar(query)
    if until is not None and until > clock.now():
        raise Locked(retry_after=int((until - clock.now()).total_seconds()) + 1)


def forget(name: str) -> None:
    """A success clears the count."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.name_hash == _hash(name)))


def _hash(name: str) -> bytes:
    """However it is written: spaces and the size of letters make no other name of it."""
    plain = "".join(name.split()).casefold().encode(errors="replace").decode()
    return bytes.fromhex(keyed_hash(f"lockout:{plain}"))
