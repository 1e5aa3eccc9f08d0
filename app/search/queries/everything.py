"""The whole search: exact finds first, then each kind by itself, so that one may be away."""

from collections.abc import Callable

import structlog
from sqlalchemy.exc import DBAPIError

from app.core import db
from app.core.actor import Actor
from app.search.asked import KINDS, Asked, Count, Found, Results, Thing
from app.search.queries import exact, people, reading, talks, tickets
from app.search.wording import Typed, typed

log = structlog.get_logger(__name__)

Look = Callable[[Actor, Asked, Typed, int], tuple[list[Found], Count]]
_LOOKS: dict[Thing, Look] = {
    Thing.TICKET: tickets.look,
    Thing.CONVERSATION: talks.look,
    Thing.CUSTOMER: people.look,
    Thing.ARTICLE: reading.look,
}
_FEWEST_SIGNS = 2


def search(actor: Actor, asked: Asked, *, limit: int = 10) -> Results:
    """At most `limit` of each kind. Never fails on what was typed, nor when a kind is away."""
    words = typed(asked.text)
    if len(words.text) < _FEWEST_SIGNS:
        return Results([], {}, {})
    found: dict[Thing, list[Found]] = {}
    counts: dict[Thing, Count] = {}
    down: set[Thing] = set()
    for thing in KINDS:
        if asked.kind not in {"", thing.value}:
            continue
        try:
            found[thing], counts[thing] = _patiently(actor, asked, words, thing, limit)
        except DBAPIError:
            log.warning("search_down", thing=thing.value, exc_info=True)
            down.add(thing)
    named = exact.finds(actor, words) if not asked.kind and not asked.is_narrowed else []
    known = {(each.thing, each.key) for each in named}
    others = {
        thing: [each for each in all_of if (each.thing, each.key) not in known]
        for thing, all_of in found.items()
    }
    return Results(named, others, counts, frozenset(down))


def _patiently(
    actor: Actor, asked: Asked, words: Typed, thing: Thing, limit: int
) -> tuple[list[Found], Count]:
    """In a savepoint: what fails there leaves the rest of the page its transaction."""
    with db.session.begin_nested():
        return _LOOKS[thing](actor, asked, words, limit)
