"""Filling a new index of the engine beside the one that serves, and letting it serve then."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text

from app.audit import service as audit
from app.conversations.models import Message
from app.core import clock, db
from app.core.actor import Actor
from app.core.turns import alone
from app.customers.models import Customer
from app.search import switch
from app.search.errors import AlreadyRebuilding, NoEngine
from app.search.models import EngineIndex, IndexState
from app.search.port import Kind
from app.search.service.following import follow, tell
from app.search.switch import Plugged
from app.tickets.models import Ticket

_BATCH = 500
_LOOK_SECONDS = 0.2
_HELD: dict[Kind, Any] = {Kind.TICKET: Ticket, Kind.MESSAGE: Message, Kind.CUSTOMER: Customer}
_LOOKING = text("""
    SELECT virtualtransaction FROM pg_locks
    WHERE relation = CAST('search_index' AS regclass) AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")


def rebuild(*, by: Actor, tell: Callable[[int, int], None] = lambda _done, _of: None) -> int:
    """Everything is searched as before meanwhile. One that is cut off is begun anew the next time.

    `tell` hears how many of how many are done. Returns how many things the engine was told.
    """
    by.must("policies.manage")
    plugged = switch.plugged()
    if plugged is None:
        raise NoEngine
    with alone(b"search.rebuild") as taken:
        if not taken:
            raise AlreadyRebuilding
        return _rebuilt(plugged, by, tell)


def _rebuilt(plugged: Plugged, by: Actor, told: Callable[[int, int], None]) -> int:
    index = _begin(plugged)
    _wait_for_who_looked_before()
    done, of = 0, _how_many()
    for kind, keys in _everything():
        with db.transaction():
            tell(plugged, [index], {kind: keys})
        done += len(keys)
        told(done, max(of, done))
    while follow():
        pass
    plugged.engine.serve(index)
    with db.transaction():
        db.session.execute(delete(EngineIndex).where(EngineIndex.name != index))
        db.session.get_one(EngineIndex, index).state = IndexState.SERVING
        audit.record(by, "search.rebuilt", "search", index, rows=done)
    for old in plugged.engine.indexes() - {index}:
        plugged.engine.drop(old)
    return done


def _begin(plugged: Plugged) -> str:
    """From the commit on what changes is told to the new one, too; those that were cut off go."""
    index, known = plugged.engine.make(), plugged.engine.indexes()
    with db.transaction():
        db.session.execute(
            delete(EngineIndex).where(
                (EngineIndex.state == IndexState.FILLING) | EngineIndex.name.not_in(known)
            )
        )
        db.session.add(EngineIndex(name=index, state=IndexState.FILLING, made_at=clock.now()))
    return index


def _wait_for_who_looked_before() -> None:
    """Who wrote something and saw no index noted nothing: it is only read once that is committed.

    The trigger's look leaves a lock on the table until its transaction ends.
    """
    before = _looking()
    while before & _looking():
        time.sleep(_LOOK_SECONDS)


def _looking() -> set[str]:
    with db.transaction():
        return set(db.session.scalars(_LOOKING))


def _how_many() -> int:
    with db.transaction():
        counts = [select(func.count()).select_from(each) for each in _HELD.values()]
        return sum(db.session.execute(count).scalar_one() for count in counts)


def _everything() -> Iterator[tuple[Kind, set[UUID]]]:
    for kind, model in _HELD.items():
        last = UUID(int=0)
        while True:
            query = select(model.id).where(model.id > last).order_by(model.id).limit(_BATCH)
            with db.transaction():
                keys = list(db.session.scalars(query))
            if not keys:
                break
            yield kind, set(keys)
            last = keys[-1]
