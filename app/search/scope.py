"""What of each kind an actor may find: the same as the lists show her, as conditions."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import aliased

from app.conversations import access as conversations
from app.conversations.models import Conversation, Status
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.tickets.models import Ticket


def tickets(actor: Actor) -> ColumnElement[bool]:
    """As in the list of tickets; one that was merged is the one it was merged into."""
    if not (actor.is_staff and actor.may("tickets.read")):
        return false()
    return and_(in_markets_of(actor, Ticket.market_code), Ticket.merged_into_id.is_(None))


def talks(actor: Actor) -> ColumnElement[bool]:
    """As `conversations.access.may_see` says for one, for all of them at once."""
    if not (actor.is_staff and actor.may("conversations.read")):
        return false()
    here = in_markets_of(actor, Conversation.market_code)
    if conversations.sees_all(actor):
        return here
    hers = or_(
        Conversation.assignee_id == actor.id,
        Conversation.status == Status.WAITING,
        Conversation.customer_id.in_(served_by(actor)),
    )
    return and_(here, hers)


def served_by(actor: Actor) -> Select[UUID | None]:
    """The customers whom the actor talks with now."""
    own = aliased(Conversation)
    return select(own.customer_id).where(
        own.assignee_id == actor.id, own.status == Status.OPEN, own.customer_id.is_not(None)
    )
