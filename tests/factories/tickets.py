"""Tickets for tests, and the ears that join them to conversations."""

from contextlib import contextmanager
from datetime import timedelta

import factory

from app.conversations.events import (
    ConversationReopened,
    ConversationResolved,
    CustomerAnswered,
    GivenBackToBot,
    HandedOver,
)
from app.core import clock, events
from app.tickets import listeners
from app.tickets.models import Priority, Status, Ticket, Topic
from tests.factories.base import Factory
from tests.factories.conversations import ConversationFactory

IN_TRANSACTION = {
    HandedOver: [listeners.open_for_handover],
    ConversationResolved: [listeners.resolve_with_conversation],
    GivenBackToBot: [listeners.resolve_with_conversation],
    ConversationReopened: [listeners.reopen_with_conversation],
    CustomerAnswered: [listeners.wake_pending],
}


@contextmanager
def tickets_listening():
    """Tickets hear conversations in the block, as they do in the application."""
    tables = events._tables
    before = tables.in_transaction
    tables.in_transaction = {**before, **IN_TRANSACTION}
    try:
        yield
    finally:
        tables.in_transaction = before


class TicketFactory(Factory):
    class Meta:
        model = Ticket

    class Params:
        talk = factory.SubFactory(ConversationFactory, waiting=True)

    reference = factory.Sequence("TT-2020-{:06d}".format)
    market_code = factory.SelfAttribute("talk.market_code")
    customer_id = factory.SelfAttribute("talk.customer_id")
    conversation_id = factory.SelfAttribute("talk.id")
    subject = "Question about the bill"
    topic = Topic.BILLING
    priority = Priority.NORMAL
    language = "es"
    status = Status.NEW
    context = factory.LazyFunction(lambda: {"intent": "view_bill"})
    summary = "She does not understand a charge."
    created_at = factory.LazyFunction(clock.now)
    respond_by = factory.LazyAttribute(lambda made: made.created_at + timedelta(minutes=15))
    resolve_by = factory.LazyAttribute(lambda made: made.created_at + timedelta(days=1))
