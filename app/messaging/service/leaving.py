"""Leaving by the link that a mail carried."""

from app.core import clock
from app.core.actor import SYSTEM
from app.core.errors import NotFound
from app.messaging import threads
from app.messaging.service import consent
from channels.port import Wish


def leave(token: str) -> None:
    """End what the token's inbox sends to its address. Raises NotFound for no token of ours."""
    named = threads.who_leaves(token) if token.isascii() else None
    if named is None:
        raise NotFound
    inbox_id, address = named
    consent.decide(inbox_id, address, Wish.STOP, clock.now(), by=SYSTEM)
