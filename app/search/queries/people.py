"""Customers, as the list of customers finds them; with an engine also by nearly the name."""

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor
from app.customers import queries as customers
from app.customers.models import Customer
from app.customers.residency import within_reach
from app.search.asked import Asked, Count, Found, Thing
from app.search.queries import by_engine
from app.search.wording import Typed

_MOST = 200


def look(actor: Actor, asked: Asked, words: Typed, limit: int) -> tuple[list[Found], Count]:
    """A filter that customers know nothing of leaves none."""
    if asked.is_narrowed or not (actor.is_staff and actor.may("customers.read")):
        return [], Count()
    people = [
        each
        for each in customers.search(actor, words.text, limit=_MOST)
        if asked.market in {"", each.market_code} and asked.language in {"", each.language}
    ]
    more = len(people) == _MOST
    alike = [] if people else _alike(actor, asked, words)
    people += alike
    found = [
        Found(
            Thing.CUSTOMER,
            each.id,
            each.name,
            detail=each.reference,
            market=each.market_code,
            language=each.language,
        )
        for each in people[:limit]
    ]
    return found, Count(len(people), more, alike=bool(alike))


def _alike(actor: Actor, asked: Asked, words: Typed) -> list[Customer]:
    allowed = select(Customer.id).where(within_reach(actor))
    ids = by_engine.customers(actor, asked, words, allowed=allowed)
    if not ids:
        return []
    known = {
        each.id: each for each in db.session.scalars(select(Customer).where(Customer.id.in_(ids)))
    }
    return [known[each] for each in ids[:_MOST] if each in known]
