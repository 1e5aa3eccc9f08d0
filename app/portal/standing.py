"""How a conversation stands, as its customer may know it: also her place in the line."""

import math
from typing import Any
from uuid import UUID

from app.conversations.models import Conversation, Status
from app.core.secrets import masked_address
from app.messaging.service import chat_mail
from app.tickets import queries as tickets
from app.web import replay


def standing(conversation: Conversation) -> dict[str, Any]:
    by_mail = conversation.channel == chat_mail.MAIL and conversation.address
    known = chat_mail.address_of(conversation)
    return {
        **replay.standing(conversation),
        "position": _position(conversation),
        "wait": _wait(conversation),
        "by_mail": masked_address(str(conversation.address)) if by_mail else None,
        "mail": masked_address(known) if known else None,
    }


def places_in_line(market_code: str) -> list[tuple[UUID, dict[str, int | None]]]:
    """Everybody's place who waits in a widget, and how long it may take."""
    placed = tickets.places_in_line(market_code)
    wait = _minutes(market_code) if placed else None
    return [(each, {"position": place, "wait": wait}) for each, place in placed]


def replayed(conversation: Conversation, after: int) -> dict[str, Any]:
    """What she has not seen since number `after`, never a note, and how it stands."""
    answer = replay.replayed(conversation, after, for_staff=False)
    return {**answer, "conversation": standing(conversation)}


def _wait(conversation: Conversation) -> int | None:
    waits = conversation.status is Status.WAITING
    return _minutes(conversation.market_code) if waits else None


def _minutes(market_code: str) -> int | None:
    """Whole minutes, at least one; None when nobody can say."""
    wait = tickets.expected_wait(market_code)
    return None if wait is None else max(1, math.ceil(wait.total_seconds() / 60))


def _position(conversation: Conversation) -> int | None:
    """1 is next; None when nobody is waited for."""
    if conversation.status is not Status.WAITING:
        return None
    ticket = tickets.of_conversation(conversation.id)
    return tickets.position(ticket) if ticket else None
