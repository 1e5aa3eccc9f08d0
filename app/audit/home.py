"""Of which market an entry of the trail is: asked here alone, whatever is written about.

Who changes a thing has it in the session, so the database is hardly ever asked.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapper

from app.core import db
from app.core.actor import Actor

Thing = TypeVar("Thing", bound=UUID | int | str)

# Where the table of a kind of thing has another name.
_TABLES = {"approval": "approval_request", "rule": "automation_rule", "transfer": "transfer_job"}
# What a row without a market of its own belongs to, the nearest first.
_OWNERS = ("account", "customer", "conversation")


@dataclass(frozen=True, slots=True)
class _Said:
    """`column` says the market of a row, or which `owner` does."""

    mapper: Mapper[Any]
    key: type
    column: str
    owner: str | None = None


def market_of(by: Actor, kind: str, thing: UUID | int | str) -> str | None:
    """That of the thing, else the only one that the doer works in. None concerns no market, or
    several."""
    return markets_of(by, kind, [thing])[thing]


def markets_of(by: Actor, kind: str, things: Collection[Thing]) -> Mapping[Thing, str | None]:
    doers = _only(by.markets)
    if kind == "market":
        return {each: str(each) for each in things}
    said = _said(kind)
    if said is None:
        return dict.fromkeys(things, doers)
    keys = {each: _key(said, each) for each in things}
    found = _found(said, {each for each in keys.values() if each is not None})
    return {each: found.get(key) or doers for each, key in keys.items()}


def _found(said: _Said, keys: Iterable[object]) -> dict[object, str | None]:
    values = {key: _at_hand(said, key) for key in keys}
    missing = [key for key, value in values.items() if value is None]
    if missing:
        (key,) = said.mapper.primary_key
        query = select(key, said.mapper.c[said.column]).where(key.in_(missing))
        values |= {row[0]: row[1] for row in db.session.execute(query)}
    owner = _said(said.owner) if said.owner else None
    if owner is None:
        return {key: _only(value) for key, value in values.items()}
    markets = _found(owner, {each for each in values.values() if each is not None})
    return {key: markets.get(value) for key, value in values.items()}


def _at_hand(said: _Said, key: object) -> Any:
    held = db.session.identity_map.get(said.mapper.identity_key_from_primary_key((key,)))
    return None if held is None else held.__dict__.get(said.column)


@cache
def _said(kind: str) -> _Said | None:
    name = _TABLES.get(kind, kind)
    for mapper in db.Base.registry.mappers:
        if mapper.class_.__tablename__ != name or len(mapper.primary_key) != 1:
            continue
        key = mapper.primary_key[0].type.python_type
        for column in ("market_code", "markets"):
            if column in mapper.c:
                return _Said(mapper, key, column)
        for owner in _OWNERS:
            if f"{owner}_id" in mapper.c:
                return _Said(mapper, key, f"{owner}_id", owner)
    return None


def _key(said: _Said, thing: UUID | int | str) -> object:
    """As the table has it; None where the thing cannot be in there."""
    if isinstance(thing, said.key):
        return thing
    try:
        return said.key(str(thing))
    except ValueError:
        return None


def _only(markets: Collection[str] | str | None) -> str | None:
    if markets is None or isinstance(markets, str):
        return markets
    return next(iter(markets)) if len(markets) == 1 else None
