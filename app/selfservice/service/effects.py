"""Each step of a dialogue has its effect once: repeated, it only says again what it did."""

from collections.abc import Callable

from app.core import clock, db
from app.core.actor import Actor
from app.core.turns import take_turn
from app.selfservice.models import Effect


def once(key: str, verb: str, act: Callable[[], str], *, by: Actor) -> str:
    """Do it, in one transaction with the row that says so; what `act` says, now or then."""
    with db.transaction():
        take_turn(f"selfservice:{key}")
        done = db.session.get(Effect, key)
        if done is not None:
            return done.said
        said = act()
        row = Effect(key=key, customer_id=by.id, verb=verb, said=said, at=clock.now())
        db.session.add(row)
    return said
