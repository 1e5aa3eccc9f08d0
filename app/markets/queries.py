"""Looking up markets."""

from dataclasses import fields
from typing import TypeVar

from sqlalchemy import select

from app.core import db
from app.core.errors import NotFound
from app.markets.models import Market

T = TypeVar("T")


def market(code: str) -> Market:
    found = db.session.get(Market, code)
    if found is None:
        raise NotFound(market=code)
    return found


def policy(of: Market, name: str, kind: type[T]) -> T:
    """A part of a market's policies as a dataclass with defaults; what it does not know is left."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    chosen = of.policies.get(name, {})
    return kind(**{key: value for key, value in chosen.items() if key in known})


def all_markets() -> list[Market]:
    return list(db.session.scalars(select(Market).order_by(Market.code)))
