"""One statement that is a transaction of its own: for where thousands come a minute.

It goes past the session on a connection that commits by itself, in one round trip.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core import db
from app.core.errors import Unavailable

Values = Mapping[str, Any] | tuple[Any, ...]
Row = tuple[Any, ...]

# Of each engine those that nobody uses now. No more are ever opened than threads ask at once.
_idle: WeakKeyDictionary[Engine, deque[Any]] = WeakKeyDictionary()


def scalar(sql: str, values: Values) -> Any:
    """The first value of the first row, None without one. Raises as `row` does."""
    found = row(sql, values)
    return None if found is None else found[0]


def row(sql: str, values: Values) -> Row | None:
    """The first row, None without one. Raises Unavailable with the database away. The statement
    must bear to be repeated: that is done when a connection turns out to have died."""
    engine = db.factory.kw.get("bind")
    if not isinstance(engine, Engine):  # a session that somebody else will roll back
        with db.transaction():
            found = db.session.connection().exec_driver_sql(sql, values).first()
            return None if found is None else tuple(found)
    try:
        return _asked_of(engine, sql, values)
    except (engine.dialect.loaded_dbapi.OperationalError, PoolTimeout) as error:
        raise Unavailable from error


def _asked_of(engine: Engine, sql: str, values: Values) -> Row | None:
    idle = _idle.setdefault(engine, deque())
    try:
        connection = idle.pop()
    except IndexError:
        return _asked(_opened(engine), idle, sql, values)
    try:
        return _asked(connection, idle, sql, values)
    except engine.dialect.loaded_dbapi.OperationalError:
        if not connection.closed:
            raise
        idle.clear()  # whatever ended it ended the others too
        return _asked(_opened(engine), idle, sql, values)


def _asked(connection: Any, idle: deque[Any], sql: str, values: Values) -> Row | None:
    try:
        found: Row | None = connection.execute(sql, values).fetchone()
    finally:
        if not connection.closed:
            idle.append(connection)
    return found


def _opened(engine: Engine) -> Any:
    """Made as every other connection, with the same limits; then the pool gives it up."""
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    connection.rollback()
    connection.autocommit = True
    return connection
