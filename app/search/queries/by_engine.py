"""Asking the engine, and believing it only as far as PostgreSQL agrees.

The engine says which ids match. Whether whoever asks may see them, and whether they are in the
market, state and days that were chosen, is decided here by the same conditions as without it.
What has changed since the engine was told of it is searched in PostgreSQL instead, so what is cut,
erased or handed over is so for the search in the same moment, and what is new is found at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Select, func, or_, select

from app.conversations import access as conversations
from app.conversations.models import Message, Status
from app.core import db
from app.core.actor import Actor
from app.customers.models import Customer
from app.markets.models import Market
from app.search import scope, switch
from app.search.asked import MOST_COUNTED, Asked, Count
from app.search.documents import messages_of, tickets_of
from app.search.models import Due, EngineIndex, IndexState
from app.search.port import EngineDown, Hits, Kind, Wanted
from app.search.queries.narrowing import days_of
from app.search.switch import Plugged
from app.search.wording import Typed
from app.tickets.models import Ticket

log = structlog.get_logger(__name__)

# What PostgreSQL can search beside the engine in no time; when more is due, it searches alone.
_MOST_DUE = 1000

Matching = Sequence[Select[Any]]


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What a kind is to PostgreSQL. `allowed` selects the ids that may be shown, `matching` are
    the ways to match words there, each selecting ids, too."""

    kind: Kind
    id: Any
    allowed: Select[Any]
    matching: Matching


def tickets(
    actor: Actor, asked: Asked, words: Typed, *, allowed: Select[Any], matching: Matching
) -> tuple[list[UUID], Count] | None:
    """The newest first, or the best where nothing is written so. None when it must do without."""
    only = _only(actor, asked)
    wanted = Wanted(Kind.TICKET, words.words, only=only, **days_of(asked))
    return _found(actor, asked, wanted, Beliefs(Kind.TICKET, Ticket.id, allowed, matching))


def messages(
    actor: Actor, asked: Asked, words: Typed, *, allowed: Select[Any], matching: Matching
) -> tuple[list[UUID], Count] | None:
    """As for tickets."""
    wanted = Wanted(
        Kind.MESSAGE,
        words.words,
        only=_only(actor, asked),
        either=_hers(actor),
        **days_of(asked),
    )
    return _found(actor, asked, wanted, Beliefs(Kind.MESSAGE, Message.id, allowed, matching))


def customers(actor: Actor, asked: Asked, words: Typed, *, allowed: Select[Any]) -> list[UUID]:
    """Whose name is nearly as it was typed, the best first."""
    wanted = Wanted(Kind.CUSTOMER, words.words, only=_only(actor, asked), forgiving=True)
    beliefs = Beliefs(Kind.CUSTOMER, Customer.id, allowed, ())
    found = _found(actor, asked, wanted, beliefs)
    return found[0] if found else []


def _found(
    actor: Actor, asked: Asked, wanted: Wanted, beliefs: Beliefs
) -> tuple[list[UUID], Count] | None:
    plugged, due = switch.plugged(), None
    if plugged is not None and wanted.words and _holds_all(plugged, actor, asked):
        due = _due()
    if plugged is None or due is None:
        return None
    elsewhere = _Elsewhere(due, plugged.regions)
    try:
        return _believed(plugged, wanted, beliefs, elsewhere)
    except EngineDown as error:
        log.warning("search_engine_down", error=str(error))
        return None


def _believed(
    plugged: Plugged, wanted: Wanted, beliefs: Beliefs, elsewhere: "_Elsewhere"
) -> tuple[list[UUID], Count]:
    """As it was typed; only where that is nowhere, as it may have been meant."""
    if not wanted.forgiving:
        hits = plugged.engine.find(wanted)
        found = set(_kept(hits, beliefs, elsewhere)) | _unknown_to_it(beliefs, elsewhere)
        if found:
            number = min(len(found), MOST_COUNTED)
            more = hits.more or len(found) > MOST_COUNTED
            return sorted(found, reverse=True)[:MOST_COUNTED], Count(number, more)
    hits = plugged.engine.find(replace(wanted, forgiving=True))
    alike = _kept(hits, beliefs, elsewhere)
    return alike, Count(len(alike), hits.more and bool(alike), alike=bool(alike))


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """What the engine cannot say anything of: what it was not told yet, or must not hold."""

    due: Collection[UUID]
    regions: frozenset[str]

    def is_empty(self) -> bool:
        return not self.due and not self.regions

    def of(self, kind: Kind) -> ColumnElement[bool]:
        if kind is Kind.CUSTOMER:
            return Customer.id.in_(self.due)
        if kind is Kind.TICKET:
            related = tickets_of(self.due, self._people())
            return or_(Ticket.id.in_(self.due), Ticket.id.in_(related))
        related = messages_of(self.due, self._people())
        return or_(Message.id.in_(self.due), Message.id.in_(related))

    def _people(self) -> Any:
        if not self.regions:
            return self.due
        abroad = select(Customer.id).where(Customer.region.not_in(sorted(self.regions)))
        return abroad.union(select(Customer.id).where(Customer.id.in_(self.due)))


def _kept(hits: Hits, beliefs: Beliefs, elsewhere: _Elsewhere) -> list[UUID]:
    """In the engine's order."""
    if not hits.keys:
        return []
    query = beliefs.allowed.where(beliefs.id.in_(hits.keys))
    if not elsewhere.is_empty():
        query = query.where(~elsewhere.of(beliefs.kind))
    kept = set(db.session.scalars(query))
    return [key for key in hits.keys if key in kept]


def _unknown_to_it(beliefs: Beliefs, elsewhere: _Elsewhere) -> set[UUID]:
    if elsewhere.is_empty():
        return set()
    found: set[UUID] = set()
    for query in beliefs.matching:
        limited = query.where(elsewhere.of(beliefs.kind)).limit(MOST_COUNTED + 1)
        found |= set(db.session.scalars(limited))
    return found


def _due() -> list[UUID] | None:
    """What it is yet to be told. None when that is much, or no index is complete."""
    serving = select(EngineIndex.name).where(EngineIndex.state == IndexState.SERVING).exists()
    some = select(Due.key).limit(_MOST_DUE + 1).subquery()
    serves, due = db.session.execute(
        select(serving, select(func.array_agg(some.c.key)).scalar_subquery())
    ).one()
    due = due or []
    return list(set(due)) if serves and len(due) <= _MOST_DUE else None


def _holds_all(plugged: Plugged, actor: Actor, asked: Asked) -> bool:
    """Whether every market that is searched is in a region whose persons it may hold."""
    if not plugged.regions:
        return True
    query = select(Market.code).where(Market.region.not_in(sorted(plugged.regions)))
    searched = {asked.market} if asked.market else set(actor.markets)
    others = set(db.session.scalars(query))
    return not (others & searched if searched else others)


def _only(actor: Actor, asked: Asked) -> dict[str, Collection[str]]:
    """Facts that change are only for narrowing: what has just changed is searched elsewhere."""
    chosen = {
        "market": asked.market,
        "language": asked.language,
        "channel": asked.channel,
        "status": asked.status,
    }
    only: dict[str, Collection[str]] = {name: [value] for name, value in chosen.items() if value}
    if actor.markets and not asked.market:
        only["market"] = actor.markets
    return only


def _hers(actor: Actor) -> dict[str, Collection[str]]:
    """As `scope.talks` has it, for who does not see all talks."""
    if conversations.sees_all(actor):
        return {}
    served = db.session.scalars(scope.served_by(actor))
    return {
        "assignee": [str(actor.id)],
        "status": [Status.WAITING.value],
        "customer": [str(each) for each in served],
    }
