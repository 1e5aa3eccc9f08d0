"""Taking turns at a thing that has no row of its own yet."""

from sqlalchemy import func, select

from app.core import db


def take_turn(name: str) -> None:
    """Wait until nobody else does something under this name; ours until the transaction ends."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
