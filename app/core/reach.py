"""Which rows somebody reaches by the markets she works in, as a condition of a query."""

from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from app.core.actor import Actor


def in_markets_of(actor: Actor, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Every row where she works in all of them; none whose market is NULL where she does not."""
    return column.in_(sorted(actor.markets)) if actor.markets else true()
