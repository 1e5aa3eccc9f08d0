"""Looking up markets."""

from sqlalchemy import select

from app.core import db
from app.core.errors import NotFound
from app.markets.models import Market


def market(code: str) -> Market:
    found = db.session.get(Market, code)
    if found is None:
        raise NotFound(market=code)
    return found


def all_markets() -> list[Market]:
    return list(db.session.scalars(select(Market).order_by(Market.code)))
