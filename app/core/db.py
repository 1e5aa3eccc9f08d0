"""The session, and the one way to write: `with db.transaction():`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum as PythonEnum
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, DateTime, Engine, Enum, MetaData, Numeric, create_engine, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker

import app.core.written  # noqa: F401 - before the first table: text columns cut card numbers

T = TypeVar("T")

log = structlog.get_logger(__name__)

# Up to 14 digits before the point and 4 behind: the finest currency has three (KWD).
Amount = Numeric(18, 4)
# Of very many amounts.
Sum = Numeric(28, 4)
# Prices per unit keep six decimals until a record is rated.
Rate = Numeric(20, 6)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        list[dict[str, Any]]: JSONB,
        PythonEnum: Enum(
            PythonEnum,
            native_enum=False,
            length=32,
            values_callable=lambda kind: [each.value for each in kind],
        ),
    }


factory = sessionmaker(expire_on_commit=False)
session = scoped_session(factory)


def connect(url: str, *, pool_size: int = 10, patient: bool = False) -> Engine:
    """Bind the session to a database. `url` is a SQLAlchemy URL for psycopg 3.

    What a failed statement was given is told to nobody: errors end up in logs.

    A `patient` process waits longer for one of fewer connections and does not ask them first
    whether they live: it must try again by itself when one died (`alive`).
    """
    if patient:
        more: dict[str, Any] = {"max_overflow": 0, "pool_timeout": 20}
    else:
        more = {"max_overflow": pool_size, "pool_timeout": 5, "pool_pre_ping": True}
    engine = create_engine(url, pool_size=pool_size, hide_parameters=True, **more)
    factory.configure(bind=engine)
    return engine


@contextmanager
def transaction() -> Iterator[None]:
    """Commit at the end or leave nothing behind. Inner transactions join the outer one."""
    current = session()
    if in_transaction():
        yield
        return
    current.info["in_transaction"] = True
    try:
        yield
        current.commit()
    except BaseException:
        current.rollback()
        current.info.pop("after_commit", None)
        raise
    finally:
        current.info["in_transaction"] = False
    _run_after_commit(current.info)


def in_transaction() -> bool:
    """Whether what we do joins a `transaction` that is open."""
    return bool(session().info.get("in_transaction"))


@contextmanager
def savepoint() -> Iterator[None]:
    """Inside a transaction: a block that raises leaves nothing behind, all before it stands.

    Objects are then read anew. Of those that the block made the session itself forgets only the
    ones it was given: it keeps what was read there, such as a row that a statement had written,
    or one whose object nobody held any more.
    """
    current = session()
    callbacks = len(current.info.get("after_commit", []))
    try:
        with current.begin_nested():
            yield
    except BaseException:
        current.expire_all()
        del current.info.get("after_commit", [])[callbacks:]
        raise


@contextmanager
def reading() -> Iterator[Connection]:
    """One snapshot for as long as it takes, on a connection of its own; nobody waits for it."""
    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield connection
        connection.rollback()


def after_commit(callback: Callable[[], None]) -> None:
    """Call once the surrounding transaction is committed; never when it is not.

    Outside a transaction the callback runs at once. Failures are logged: nothing that
    must not be lost belongs here (that is what the outbox is for).
    """
    info = session().info
    info.setdefault("after_commit", []).append(callback)
    if not info.get("in_transaction"):
        _run_after_commit(info)


def _run_after_commit(info: dict[Any, Any]) -> None:
    for callback in info.pop("after_commit", []):
        try:
            callback()
        except Exception:
            log.exception("after_commit_failed", callback=repr(callback))


def alive(act: Callable[[], T]) -> T:
    """Do it, and once more when the connection turns out to have died. `act` may be repeated."""
    try:
        return act()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        session.rollback()
        return act()


@contextmanager
def session_scope() -> Iterator[None]:
    """Give the session back at the end: for sockets and tasks, which have no request."""
    try:
        yield
    finally:
        session.remove()
