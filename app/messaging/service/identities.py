"""Whose conversation this is, where staff know better than addresses do."""

from uuid import UUID

from sqlalchemy import select

from app.conversations import access as conversations
from app.conversations.models import Conversation, Inbox, Verification
from app.conversations.service import moving
from app.core import db
from app.core.actor import Actor
from app.customers import access as customers
from app.customers import queries as customer_queries
from app.customers import service as customer_service
from app.customers.models import Customer
from app.messaging.errors import BelongsToSomebody
from app.messaging.models import Place


def merge(conversation_id: UUID, customer_id: UUID, *, by: Actor) -> Conversation:
    """A stranger's conversation becomes a customer's; where she writes from is noted with her, not
    verified. Needs the right to change customers, and sight of both."""
    with db.transaction():
        conversation = conversations.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        customer = customers.customer_for(by, customer_id, "customers.update", lock=True)
        if conversation.customer_id is not None:
            raise BelongsToSomebody
        moving.give_to(conversation, customer, by=by)
        for channel, address in _places(conversation.id):
            customer_service.add_address(customer.id, channel, address, by=by)
    return conversation


def split(conversation_id: UUID, *, by: Actor) -> Conversation:
    """It was somebody else: her addresses are not the customer's. Not for one who signed in."""
    with db.transaction():
        conversation = conversations.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        if conversation.verification is Verification.IDENTITY or conversation.customer_id is None:
            raise BelongsToSomebody
        customer = customers.customer_for(
            by, conversation.customer_id, "customers.update", lock=True
        )
        moving.take_from_customer(conversation, by=by)
        for channel, address in _places(conversation.id):
            customer_service.drop_address(customer.id, channel, address, by=by)
    return conversation


def candidates(conversation: Conversation) -> list[Customer]:
    """Customers who wrote this address down: for a person to judge, nothing more."""
    if conversation.customer_id is not None or not conversation.address:
        return []
    return customer_queries.by_contact(conversation.address, conversation.market_code)


def _places(conversation_id: UUID) -> list[tuple[str, str]]:
    query = select(Inbox.channel, Place.address).join(Place, Place.inbox_id == Inbox.id)
    rows = db.session.execute(query.where(Place.conversation_id == conversation_id))
    return sorted({(channel, address) for channel, address in rows})
