"""What agents make of suggestions: each answer is kept, and taking one does what it says."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.assist.models import (
    Kind,
    SuggestionAnswer,
    SuggestionModel,
    Target,
    offered_weight,
)
from app.assist.next_actions import Step
from app.audit import service as audit
from app.conversations import access as conversations
from app.conversations.models import Conversation
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.ids import new_id
from app.tickets import access
from app.tickets import service as tickets
from app.tickets.models import SOLVED_STATUSES, Level, Ticket

_TARGETS = {Kind.CATEGORY: Target.CATEGORY, Kind.WEIGHT: Target.IMPACT}


def take_category(ticket_id: UUID, category_id: UUID, *, by: Actor) -> Ticket:
    """The ticket is of that category from now on."""
    with db.transaction():
        ticket = access.workable_ticket(by, ticket_id)
        changed = tickets.classify(ticket_id, by=by, type_=ticket.type, category_id=category_id)
        _keep(by, Kind.CATEGORY, str(category_id), True, ticket=changed)
    return changed


def take_weight(ticket_id: UUID, impact: Level, urgency: Level, *, by: Actor) -> Ticket:
    """The ticket weighs so much from now on."""
    with db.transaction():
        changed = tickets.assess(ticket_id, by=by, impact=impact, urgency=urgency)
        _keep(by, Kind.WEIGHT, offered_weight(impact, urgency), True, ticket=changed)
    return changed


def decline(ticket_id: UUID, kind: Kind, offered: str, *, by: Actor) -> Ticket:
    """It is not shown for this ticket again."""
    with db.transaction():
        ticket = access.workable_ticket(by, ticket_id)
        _keep(by, kind, offered, False, ticket=ticket)
    return ticket


def note_opened(ticket: Ticket, *, by: Actor, category_id: UUID | None, weight: str) -> None:
    """What the form had suggested (nothing is empty), and what the ticket was opened as."""
    with db.transaction():
        if category_id is not None:
            agreed = ticket.category_id == category_id
            _keep(by, Kind.CATEGORY, str(category_id), agreed, ticket=ticket)
        if weight:
            agreed = weight == offered_weight(ticket.impact, ticket.urgency)
            _keep(by, Kind.WEIGHT, weight, agreed, ticket=ticket)


def answer_resolution(
    other_id: UUID,
    *,
    by: Actor,
    accepted: bool,
    ticket_id: UUID | None = None,
    conversation_id: UUID | None = None,
) -> Ticket:
    """Somebody uses the resolution of the other ticket for this ticket or talk, or does not want
    it. Returns the other one. Raises NotFound for what the actor must not know of."""
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.resolve") if ticket_id else None
        talk = (
            conversations.conversation_for(by, conversation_id, "conversations.reply")
            if conversation_id
            else None
        )
        other = access.ticket_for(by, other_id, "tickets.read")
        about = ticket or talk
        if about is None or other.status not in SOLVED_STATUSES or not other.resolution:
            raise NotFound
        _keep(by, Kind.RESOLUTION, str(other.id), accepted, ticket=ticket, talk=talk)
    return other


def answer_action(conversation_id: UUID, step: Step, *, by: Actor, accepted: bool) -> None:
    """Somebody did what was suggested in a talk, or does not want to: then it is not shown there
    again. What it does is done by the command itself."""
    with db.transaction():
        talk = conversations.conversation_for(by, conversation_id, "conversations.reply")
        _keep(by, Kind.ACTION, step.value, accepted, talk=talk)


def _keep(
    by: Actor,
    kind: Kind,
    offered: str,
    accepted: bool,
    *,
    ticket: Ticket | None = None,
    talk: Conversation | None = None,
) -> None:
    about = ticket or talk
    assert about is not None  # noqa: S101 - one of the two is given
    values = {
        "kind": kind,
        "offered": offered,
        "accepted": accepted,
        "market_code": about.market_code,
        "ticket_id": ticket.id if ticket else None,
        "conversation_id": talk.id if talk else None,
        "model_id": _model_of(kind, ticket) if ticket else None,
        "staff_id": by.id,
        "at": clock.now(),
    }
    key = f"{kind.value}:{about.id}:{offered}"
    statement = insert(SuggestionAnswer).values(id=new_id(), key=key, **values)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[SuggestionAnswer.key], set_=values)
    )
    thing = "ticket" if ticket else "conversation"
    audit.record(by, "suggestion.answered", thing, about.id, kind=kind.value, taken=accepted)


def _model_of(kind: Kind, ticket: Ticket) -> UUID | None:
    """Which version says this of such tickets now."""
    if kind not in _TARGETS:
        return None
    query = select(SuggestionModel.id).where(
        SuggestionModel.target == _TARGETS[kind],
        SuggestionModel.language == ticket.language,
        SuggestionModel.in_use,
    )
    return db.session.scalar(query)
