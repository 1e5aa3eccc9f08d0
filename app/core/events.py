"""Facts that domains announce, and the tables that say who hears them.

Four ways to hear, each for another promise:
`in_transaction` may still veto; `reactions` run once each, in a transaction of their own, from an
outbox row; `errands` talk to the outside, at least once, from an outbox row; `screens` are told
right after the commit and may miss it, because they fetch again when they reconnect.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, TypeVar

from pydantic import TypeAdapter

from app.core import bulk, clock, db
from app.core.outbox import OutboxEntry

Listener = Callable[[Any], None]
Table = Mapping[type, Sequence[Listener]]
L = TypeVar("L", bound=Callable[[Any], None])


@dataclass(slots=True)
class Tables:
    in_transaction: Table = field(default_factory=dict)
    reactions: Table = field(default_factory=dict)
    errands: Table = field(default_factory=dict)
    screens: Table = field(default_factory=dict)
    wake: Callable[[list[int]], None] = lambda _ids: None


_tables = Tables()
_OF_MANY: dict[Listener, Callable[[Sequence[Any]], None]] = {}


def of_many(hear_all: Callable[[Sequence[Any]], None]) -> Callable[[L], L]:
    """For a listener that can hear of many things at once in a statement or two."""

    def decorate(listener: L) -> L:
        _OF_MANY[listener] = hear_all
        return listener

    return decorate


def connect(
    *,
    in_transaction: Table,
    reactions: Table,
    errands: Table,
    screens: Table,
    wake: Callable[[list[int]], None],
) -> None:
    """Replace the tables. `wake` is told the ids of fresh outbox rows after their commit."""
    _tables.in_transaction = in_transaction
    _tables.reactions = reactions
    _tables.errands = errands
    _tables.screens = screens
    _tables.wake = wake


def announce(event: object) -> None:
    """Say that something happened. Call it inside the transaction that made it so."""
    kind: type = type(event)
    for listener in _tables.in_transaction.get(kind, ()):
        listener(event)
    _write_outbox(event, (*_tables.reactions.get(kind, ()), *_tables.errands.get(kind, ())))
    for listener in _tables.screens.get(kind, ()):
        db.after_commit(partial(listener, event))


def announce_all(said: Sequence[object]) -> None:
    """Say of many things at once that the same happened to each: one statement for all of them."""
    if not said:
        return
    kind: type = type(said[0])
    for listener in _tables.in_transaction.get(kind, ()):
        if hear_all := _OF_MANY.get(listener):
            hear_all(said)
            continue
        for event in said:
            listener(event)
    _write_many(said, (*_tables.reactions.get(kind, ()), *_tables.errands.get(kind, ())))
    for listener in _tables.screens.get(kind, ()):
        for event in said:
            db.after_commit(partial(listener, event))


def deliver(event_name: str, listener_name: str, payload: dict[str, Any]) -> None:
    """Hand a stored event to the listener it was stored for."""
    for kind, listener in _known(_tables.reactions, _tables.errands):
        if (name_of(kind), name_of(listener)) == (event_name, listener_name):
            listener(_adapter(kind).validate_python(payload))
            return
    raise LookupError(f"nobody called {listener_name} hears {event_name}")


def is_errand(listener_name: str) -> bool:
    return any(name_of(listener) == listener_name for _, listener in _known(_tables.errands))


def name_of(thing: Any) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def _known(*tables: Table) -> Iterable[tuple[type, Listener]]:
    return ((kind, each) for table in tables for kind, hears in table.items() for each in hears)


def _write_outbox(event: object, listeners: Sequence[Listener]) -> None:
    if not listeners:
        return
    kind: type = type(event)
    payload = _adapter(kind).dump_python(event, mode="json")
    moment = clock.now()
    entries = [
        OutboxEntry(
            event=name_of(kind),
            listener=name_of(listener),
            payload=payload,
            created_at=moment,
            due_at=moment,
        )
        for listener in listeners
    ]
    db.session.add_all(entries)
    db.after_commit(lambda: _tables.wake([entry.id for entry in entries]))


def _write_many(said: Sequence[object], listeners: Sequence[Listener]) -> None:
    if not listeners:
        return
    kind: type = type(said[0])
    moment = clock.now()
    payloads = [_adapter(kind).dump_python(event, mode="json") for event in said]
    rows = [
        {
            "event": name_of(kind),
            "listener": name_of(listener),
            "payload": payload,
            "created_at": moment,
            "due_at": moment,
            "attempts": 0,
        }
        for payload in payloads
        for listener in listeners
    ]
    ids = bulk.insert(OutboxEntry, rows, returning="id")
    db.after_commit(lambda: _tables.wake(ids))


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
