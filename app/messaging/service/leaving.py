"""Leaving by the link that a mail carried, and coming back by it."""

from dataclasses import dataclass
from uuid import UUID

from app.conversations.models import Inbox
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import NotFound
from app.messaging import threads
from app.messaging.service import consent
from channels.port import Wish


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a link was sent to, by which inbox, and whether she wants no more."""

    inbox: Inbox
    address: str
    stopped: bool


def receiver(token: str) -> Receiver:
    """Raises NotFound for no token of ours."""
    inbox_id, address = _named(token)
    inbox = db.session.get(Inbox, inbox_id)
    if inbox is None:
        raise NotFound
    return Receiver(inbox, address, consent.is_stopped(inbox_id, address))


def leave(token: str) -> None:
    """End what the token's inbox sends to its address. Raises NotFound for no token of ours."""
    _decide(token, Wish.STOP)


def come_back(token: str) -> None:
    _decide(token, Wish.START)


def _decide(token: str, wish: Wish) -> None:
    inbox_id, address = _named(token)
    consent.decide(inbox_id, address, wish, clock.now(), by=SYSTEM)


def _named(token: str) -> tuple[UUID, str]:
    named = threads.who_leaves(token) if token.isascii() else None
    if named is None:
        raise NotFound
    return named
