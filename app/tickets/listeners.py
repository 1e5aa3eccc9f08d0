"""What tickets do when conversations announce something, in the same transaction."""

from uuid import UUID

from sqlalchemy import select, update

from app.conversations.events import (
    ConversationReopened,
    ConversationResolved,
    CustomerAnswered,
    GivenBackToBot,
    HandedOver,
)
from app.conversations.models import Conversation
from app.core import db
from app.core.actor import SYSTEM
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.core.money import Money
from app.customers.models import Customer
from app.payments.events import ChargebackOpened, DoubleRecharge
from app.tickets import queries, service, triage
from app.tickets.models import Priority, Status, Ticket, Topic
from app.tickets.service import lifecycle


def open_for_handover(event: HandedOver) -> None:
    """Somebody asks for a person: a ticket in the queue, or the open one back into it."""
    talk = db.session.get_one(Conversation, event.conversation_id)
    ticket = queries.open_ticket_of(event.conversation_id, lock=True)
    if ticket is not None:
        service.requeue(ticket, by=SYSTEM, summary=event.summary, context=talk.learnt)
        return
    service.open(
        by=SYSTEM,
        subject=triage.subject_of(event.intent, event.language),
        topic=triage.topic_of(event.topic),
        priority=triage.priority_of(event.intent, _segment(event.customer_id)),
        customer_id=event.customer_id,
        conversation_id=event.conversation_id,
        language=event.language,
        summary=event.summary,
        context=talk.learnt,
    )


def resolve_with_conversation(event: ConversationResolved | GivenBackToBot) -> None:
    """A ticket has nothing to wait for once its conversation is done or the bot's again."""
    ticket = queries.open_ticket_of(event.conversation_id, lock=True)
    if ticket is None:
        return
    with speaking(ticket.language):
        lifecycle.mark_resolved(ticket, by=SYSTEM, resolution=_("Resolved with the conversation."))


def reopen_with_conversation(event: ConversationReopened) -> None:
    """The last ticket of a conversation comes back with it."""
    if queries.open_ticket_of(event.conversation_id, lock=True) is not None:
        return
    ticket = queries.last_resolved_of(event.conversation_id, lock=True)
    if ticket is not None:
        lifecycle.mark_reopened(ticket, by=SYSTEM, to_queue=event.status != "open")


def wake_pending(event: CustomerAnswered) -> None:
    """Her ticket waits for us again."""
    statement = (
        update(Ticket)
        .where(Ticket.conversation_id == event.conversation_id, Ticket.status == Status.PENDING)
        .values(status=Status.OPEN)
    )
    db.session.execute(statement)


def open_for_chargeback(event: ChargebackOpened) -> None:
    """Somebody must look at the evidence and answer the bank in time."""
    amount = Money(event.amount, event.currency)
    _open_about_money(event.customer_id, amount, _("Chargeback"), Priority.HIGH)


def open_for_double_recharge(event: DoubleRecharge) -> None:
    """Where the market says that a person should ask; an extended line needs nobody."""
    if event.action == "alerted":
        amount = Money(event.amount, event.currency)
        _open_about_money(event.customer_id, amount, _("Recharged twice"), Priority.NORMAL)


def _open_about_money(customer_id: UUID, amount: Money, what: str, priority: Priority) -> None:
    service.open(
        by=SYSTEM,
        subject=f"{what}: {amount.rounded().amount} {amount.currency}",
        topic=Topic.BILLING,
        priority=priority,
        customer_id=customer_id,
    )


def _segment(customer_id: UUID | None) -> str | None:
    if customer_id is None:
        return None
    return db.session.scalar(select(Customer.segment).where(Customer.id == customer_id))
