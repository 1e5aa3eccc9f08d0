"""How a conversation stands, as its customer may know it: also her place in the line."""

import math
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.conversations.models import Conversation, Status
from app.core.secrets import masked_address
from app.messaging.service import chat_mail
from app.tickets import hours
from app.tickets import queries as tickets
from app.web import replay


def standing(conversation: Conversation) -> dict[str, Any]:
    by_mail = conversation.channel == chat_mail.MAIL and conversation.address
    known = chat_mail.address_of(conversation)
    return {
        **replay.standing(conversation),
        **_in_line(conversation),
        "by_mail": masked_address(str(conversation.address)) if by_mail else None,
        "mail": masked_address(known) if known else None,
    }


def places_in_line(market_code: str) -> list[tuple[UUID, dict[str, Any]]]:
    """Everybody's place who waits in a widget, and how long it may take."""
    placed = tickets.places_in_line(market_code)
    if not placed:
        return []
    wait = _minutes(tickets.usual_wait(market_code))
    opens = hours.openings(market_code, {each.team_id for each in placed})
    return [
        (each.conversation_id, _told(each.place, wait, opens.get(each.team_id))) for each in placed
    ]


def replayed(conversation: Conversation, after: int) -> dict[str, Any]:
    """What she has not seen since number `after`, never a note, and how it stands."""
    answer = replay.replayed(conversation, after, for_staff=False)
    return {**answer, "conversation": standing(conversation)}


def _in_line(conversation: Conversation) -> dict[str, Any]:
    if conversation.status is not Status.WAITING:
        return _told(None, None, None)
    ticket, market = tickets.of_conversation(conversation.id), conversation.market_code
    team_id = tickets.team_of(ticket) if ticket else None
    place = tickets.position(ticket) if ticket else None
    opens_at = hours.openings(market, [team_id]).get(team_id)
    wait = None if opens_at else _minutes(tickets.usual_wait(market, team_id))
    return _told(place, wait, opens_at)


def _told(place: int | None, wait: int | None, opens_at: datetime | None) -> dict[str, Any]:
    """Place 1 is next; None when nobody is waited for. While her team is closed nobody can say how
    long it takes, but when it opens."""
    return {
        "position": place,
        "wait": wait if opens_at is None else None,
        "opens_at": opens_at.isoformat() if opens_at else None,
    }


def _minutes(wait: timedelta | None) -> int | None:
    """Whole minutes, at least one; None when nobody can say."""
    return None if wait is None else max(1, math.ceil(wait.total_seconds() / 60))
