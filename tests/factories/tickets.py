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
    MessagePosted,
)
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.identity.models import Team
from app.tickets import listeners, service, talks
from app.tickets.events import TicketChanged, TicketCommented
from app.tickets.models import Priority, RuleKind, Status, Ticket, Topic
from tests.factories.base import Factory
from tests.factories.conversations import ConversationFactory

IN_TRANSACTION = {
    HandedOver: [talks.open_for_handover],
    ConversationResolved: [talks.resolve_with_conversation],
    GivenBackToBot: [talks.resolve_with_conversation],
    ConversationReopened: [talks.reopen_with_conversation],
    CustomerAnswered: [talks.wake_pending],
    MessagePosted: [talks.follow_talk],
    TicketChanged: [listeners.tell_followers],
    TicketCommented: [listeners.tell_followers, listeners.follow_comment],
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


def team_working(hours, *, market_code="MX"):
    """A team that is there in these hours of days, as {"mon": [["22:00", "24:00"]]}."""
    rule = service.decide(
        RuleKind.CALENDAR, "Their hours", {"hours": hours}, by=SYSTEM, market_code=market_code
    )
    team = Team(name="Night")
    db.session.add(team)
    db.session.flush()
    service.set_hours(team.id, rule.key, by=SYSTEM)
    return team
