"""Periodic work on many things: what is wrong with one keeps no other waiting."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from app.core import db

T = TypeVar("T")

log = structlog.get_logger(__name__)


def one_by_one(do: Callable[[T], int], things: Iterable[T]) -> int:
    """Do it to each, which opens its own transactions; the sum of what it returns.

    What fails is logged, leaves nothing behind and counts for nothing: the next sweep finds it
    again. Only a database that is away is raised, for that is nobody's fault, and what fails in
    the caller's transaction, which ends with it. Things are ids: they are logged, and objects are
    read anew after a failure.
    """
    done = 0
    for thing in things:
        try:
            done += do(thing)
        except Exception as error:
            if db.in_transaction() or _is_away(error):
                raise
            db.session.rollback()
            log.exception("left_for_the_next_sweep", deed=_name(do), of=str(thing))
    return done


def together(do: Callable[[Sequence[T]], int], things: Sequence[T]) -> int:
    """Do it to all of them in one transaction, which is quicker; where that fails, one by one."""
    try:
        return do(things) if things else 0
    except Exception as error:
        if db.in_transaction() or _is_away(error):
            raise
        db.session.rollback()
        log.warning("swept_one_by_one", deed=_name(do), exc_info=error)
    return one_by_one(_of_one(do), things)


def _of_one(do: Callable[[Sequence[T]], int]) -> Callable[[T], int]:
    @wraps(do)
    def do_one(thing: T) -> int:
        return do([thing])

    return do_one


def _is_away(error: Exception) -> bool:
    """Whether the database, or our connection to it, is gone: it answered without a code."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) is None


def _name(do: Callable[[T], int]) -> str:
    return getattr(getattr(do, "func", do), "__qualname__", repr(do))
