"""Who may read which articles: the one rule that every way to them asks.

Lists, search, suggestions, the bot, the widget, the help, files and the API all read through it.
"""

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlalchemy.dialects.postgresql import array

from app.core.actor import Actor, Kind
from kb.models import Article, Audience
from kb.search.port import Reach

_EVERYBODY = frozenset({Audience.PUBLIC.value})
_HERS = frozenset({Audience.PUBLIC.value, Audience.CUSTOMERS.value})
_ALL = frozenset(each.value for each in Audience)


def reach_of(actor: Actor) -> Reach:
    """Staff who may read the knowledge base reach everything in their markets; customers what is
    for them; everybody else, machines too, what is public. Who lacks `kb.read` reaches nothing."""
    if not actor.may("kb.read"):
        return Reach(frozenset(), actor.markets)
    if actor.kind in {Kind.STAFF, Kind.SYSTEM}:
        return Reach(_ALL, actor.markets)
    return Reach(_HERS if actor.is_customer else _EVERYBODY, actor.markets)


def within(reach: Reach) -> ColumnElement[bool]:
    """The same as a condition on `Article`."""
    return and_(Article.audience.in_(sorted(reach.audiences)), _here(reach))


def _here(reach: Reach) -> ColumnElement[bool]:
    if not reach.markets:
        return true()
    everywhere = func.jsonb_array_length(Article.markets) == 0
    return or_(everywhere, Article.markets.has_any(array(sorted(reach.markets))))
