"""The one door to an inbox, and to what came and went through it."""

from uuid import UUID

from sqlalchemy import select

from app.conversations.models import Inbox
from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.messaging.models import Delivery, ProviderCall


def inbox_for(actor: Actor, inbox_id: UUID, permission: str, *, lock: bool = False) -> Inbox:
    """Staff see those of their markets: any other is NotFound."""
    query = select(Inbox).where(Inbox.id == inbox_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    inbox = db.session.scalar(query)
    if inbox is None or not actor.sees_market(inbox.market_code):
        raise NotFound
    actor.must(permission)
    return inbox


def call_for(actor: Actor, call_id: UUID) -> ProviderCall:
    """Of an inbox that the actor looks after; the row is held."""
    call = db.session.get(ProviderCall, call_id, with_for_update=True, populate_existing=True)
    if call is None:
        raise NotFound
    inbox_for(actor, call.inbox_id, "inboxes.manage")
    return call


def delivery_for(actor: Actor, delivery_id: UUID, permission: str) -> Delivery:
    """The row is held. Whoever asks for a conversation's has been let into that conversation."""
    delivery = db.session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None:
        raise NotFound
    inbox_for(actor, delivery.inbox_id, permission)
    return delivery
