"""Whose data stay in which region: only staff of a market there see them."""

from sqlalchemy import ColumnElement, and_, select, true

from app.core.actor import Actor
from app.customers.models import Customer
from app.markets.models import Market


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The condition on customers: of the actor's markets, and of a region that one of these is in.

    Who has no markets named works for all of them.
    """
    if not actor.markets:
        return true()
    regions = select(Market.region).where(Market.code.in_(actor.markets))
    return and_(Customer.market_code.in_(actor.markets), Customer.region.in_(regions))
