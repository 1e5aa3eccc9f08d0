"""The bot asks for a person."""

from typing import Any
from uuid import UUID

from babel.dates import format_timedelta
from pydantic import BaseModel, ConfigDict, Field

from app.api.bot import bp
from app.api.bot.asking import Answer, body_of, on_behalf
from app.conversations.models import Status
from app.conversations.service.handover import hand_over as ask_for_person
from app.core.actor import BOT
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.messaging.service.hours import is_open_now
from app.selfservice.asker import Asker
from app.tickets import queries
from app.tickets.models import Ticket

_REASONS = frozenset({"asked", "not_understood", "verification", "refused", "error", "care"})


class HandOver(BaseModel):
    model_config = ConfigDict(extra="forbid")

    intent: str = Field(max_length=80)
    topic: str = Field(max_length=40)
    reason: str = Field(max_length=40)
    slots: dict[str, Any] = Field(default_factory=dict, max_length=100)
    tried: list[str] = Field(default_factory=list, max_length=100)
    summary: str = Field(default="", max_length=4000)


@bp.post("/conversations/<uuid:conversation_id>/handover")
@on_behalf("conversations.reply", also=Status.WAITING)
def hand_over(asker: Asker) -> Answer:
    told = body_of(HandOver)
    ask_for_person(
        asker.conversation.id,
        by=BOT,
        reason=told.reason if told.reason in _REASONS else "error",
        intent=told.intent,
        topic=told.topic,
        slots=told.slots,
        tried=told.tried,
        summary=told.summary,
    )
    return standing(asker, asker.conversation.id)


def standing(asker: Asker, conversation_id: UUID) -> Answer:
    """Her case, her place and what to expect, now that a person is asked for in that conversation;
    no wait is promised while nobody is there: she has been told when somebody will be."""
    ticket = queries.of_conversation(conversation_id)
    if ticket is None:
        raise NotFound
    is_open = is_open_now(asker.conversation.inbox)
    return {
        "ticket": ticket.reference,
        "position": queries.position(ticket),
        "is_open": is_open,
        "wait_text": _wait_text(asker, ticket) if is_open else None,
    }


def _wait_text(asker: Asker, ticket: Ticket) -> str | None:
    wait = queries.expected_wait(asker.market.code, ticket)
    if wait is None:
        return None
    rounded = format_timedelta(wait, granularity="minute", locale=asker.locale)
    return _("about %(time)s", time=rounded)
