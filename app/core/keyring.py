"""The data keys: each wrapped by a master key outside the database, changed without a pause.

What is sealed says with which key, so old and new are read side by side while a rotation goes on.
A master key comes from the environment, or from whoever else can wrap and unwrap (`Master`).
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, LargeBinary, Table, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, db, sealed, secrets, turns

AT_ONCE = 200
_NONCE_BYTES = 12


class DataKey(db.Base):
    """The newest seals; the others open what they sealed, in backups too: none is deleted."""

    __tablename__ = "data_key"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Master(Protocol):
    """Whoever keeps the master key: the environment here, a key service elsewhere."""

    def wrap(self, key: bytes, place: str) -> bytes: ...

    def unwrap(self, wrapped: bytes, place: str) -> bytes:
        """Raises InvalidTag for what none of its keys wrapped."""


class FromEnvironment:
    """Master keys as text, the newest first: it wraps, all of them unwrap."""

    def __init__(self, chosen: Sequence[str]) -> None:
        self._ciphers = [
            AESGCM(hashlib.sha256(b"dialtone-master-key" + each.encode()).digest())
            for each in chosen
        ]

    def wrap(self, key: bytes, place: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, key, place.encode())

    def unwrap(self, wrapped: bytes, place: str) -> bytes:
        nonce, content = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, content, place.encode())
            except InvalidTag:
                continue
        raise InvalidTag


_master: dict[str, Master] = {}


def plug_in(master: Master) -> None:
    """From now on the keys of the database are used; read when they are first needed."""
    _master["key"] = master
    secrets.use_ring(load)


def load() -> dict[int, bytes]:
    """Every data key, read past the session: it may be asked for in the middle of a statement."""
    bind = db.factory.kw.get("bind")
    if bind is None:
        return {}
    engine = bind if isinstance(bind, Engine) else bind.engine
    with engine.connect() as connection:
        if not connection.scalar(text("SELECT to_regclass('data_key') IS NOT NULL")):
            return {}
        rows = connection.execute(select(DataKey.number, DataKey.wrapped)).all()
    return {number: _master["key"].unwrap(wrapped, _place(number)) for number, wrapped in rows}


def add() -> int:
    """A new data key, which seals from now on; its number. Older ones are wrapped anew."""
    with db.transaction():
        turns.take_turn("core.keyring")
        for each in db.session.scalars(select(DataKey)):
            key = _master["key"].unwrap(each.wrapped, _place(each.number))
            each.wrapped = _master["key"].wrap(key, _place(each.number))
        number = (db.session.scalar(select(func.max(DataKey.number))) or 0) + 1
        wrapped = _master["key"].wrap(AESGCM.generate_key(256), _place(number))
        db.session.add(DataKey(number=number, wrapped=wrapped, created_at=clock.now()))
    secrets.read_ring()
    return number


def seal_anew(*, at_once: int = AT_ONCE) -> Iterator[tuple[str, int]]:
    """Every sealed cell that the newest key has not sealed: (column, how many in this batch).

    A batch a transaction; a row that somebody holds comes later. Cut off, it goes on by itself.
    """
    for cell in cells():
        while count := _batch(cell, at_once):
            yield f"{cell.table.name}.{cell.column}", count


@dataclass(frozen=True, slots=True)
class Cell:
    """A sealed column. What a row has in it is sealed to `place` with the row's key behind it."""

    table: Table
    column: str
    place: str


# Beside those that are `Sealed`: what is more than one text, and seals itself.
_BY_THEIR_MODELS = {
    ("identity_check", "number_sealed"): "identity_check.number",
    ("identity_document", "content_sealed"): "identity_document.content",
    ("inbox", "settings_sealed"): "inbox.settings",
    ("provider_call", "content_sealed"): "provider_call",
    ("suggestion_model", "numbers_sealed"): "suggestion_model.numbers",
    ("transfer_job", "content_sealed"): "transfer_job.content",
}


def cells() -> list[Cell]:
    places = {**sealed.PLACES, **_BY_THEIR_MODELS}
    return [
        Cell(table, column.name, places[table.name, column.name])
        for table in db.Base.metadata.sorted_tables
        for column in table.columns
        if (table.name, column.name) in places
    ]


def _batch(cell: Cell, at_once: int) -> int:
    (key,) = cell.table.primary_key.columns.keys()
    name, column = cell.table.name, cell.column
    query = text(
        f"SELECT {key}, {column} FROM {name} WHERE {column} IS NOT NULL"  # noqa: S608
        f" AND substring({column} FROM 1 FOR :length) <> :head"
        f" ORDER BY {key} LIMIT :at_once FOR UPDATE SKIP LOCKED"
    )
    head = secrets.head()
    with db.transaction():
        given: dict[str, Any] = {"head": head, "length": len(head), "at_once": at_once}
        rows = db.session.execute(query, given).all()
        fresh = [{"key": row[0], "new": _anew(row[1], f"{cell.place}:{row[0]}")} for row in rows]
        if fresh:
            update = f"UPDATE {name} SET {column} = :new WHERE {key} = :key"  # noqa: S608
            db.session.execute(text(update), fresh)
    return len(fresh)


def _anew(stored: bytes, place: str) -> bytes:
    return secrets.sealed(secrets.unsealed(bytes(stored), place), place)


def _place(number: int) -> str:
    return f"data_key:{number}"
