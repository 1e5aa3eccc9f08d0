"""What tickets do when conversations, lines and bills announce something, in its transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.billing.events import DisputeClosed, InvoiceLineDisputed
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
from app.core.i18n import lazy, speaking
from app.core.money import Money
from app.customers.models import Customer
from app.payments.events import ChargebackOpened, DoubleRecharge
from app.subscriptions.events import ActivationEscalated
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


def open_for_activation(event: ActivationEscalated) -> None:
    """The network did not switch a new line on: somebody must look, today."""
    customer = db.session.get_one(Customer, event.customer_id)
    with speaking(customer.language):
        subject = _("Activation %(reference)s is stuck", reference=event.reference)
    service.open(
        by=SYSTEM,
        subject=subject,
        topic=Topic.TECHNICAL,
        priority=Priority.HIGH,
        customer_id=customer.id,
        summary=event.reason,
    )


def open_for_dispute(event: InvoiceLineDisputed) -> None:
    """Somebody has to look into it; the ticket leads to the dispute."""
    customer = db.session.get_one(Customer, event.customer_id)
    with speaking(customer.language):
        subject = _("A charge of %(number)s is disputed", number=event.number)
    service.open(
        by=SYSTEM,
        subject=subject,
        topic=Topic.BILLING,
        priority=triage.priority_of("dispute_charge", customer.segment),
        customer_id=customer.id,
        summary=event.reason,
        context={"dispute_id": str(event.dispute_id), "invoice_id": str(event.invoice_id)},
    )


def resolve_with_dispute(event: DisputeClosed) -> None:
    """The decision is the answer, told in the customer's language."""
    query = select(Ticket).where(
        Ticket.customer_id == event.customer_id,
        Ticket.context["dispute_id"].astext == str(event.dispute_id),
    )
    ticket = db.session.scalar(query.with_for_update(of=Ticket))
    if ticket is None or not ticket.is_open:
        return
    customer = db.session.get_one(Customer, event.customer_id)
    amount = Money(event.credited, event.currency).format(customer.market.locale)
    with speaking(ticket.language):
        outcomes = {
            "upheld": _("You were right: we give back %(amount)s.", amount=amount),
            "partly": _("We give back %(amount)s of it.", amount=amount),
            "refused": _("The charge is right and stays."),
            "withdrawn": _("The dispute was withdrawn."),
        }
        resolution = f"{outcomes[event.state]} {event.answer}".strip()
        lifecycle.mark_resolved(ticket, by=SYSTEM, resolution=resolution)


def open_for_chargeback(event: ChargebackOpened) -> None:
    """Somebody must look at the evidence and answer the bank in time."""
    amount = Money(event.amount, event.currency)
    _open_about_money(event.customer_id, amount, lazy("Chargeback"), Priority.HIGH)


def open_for_double_recharge(event: DoubleRecharge) -> None:
    """Where the market says that a person should ask; an extended line needs nobody."""
    if event.action == "alerted":
        amount = Money(event.amount, event.currency)
        _open_about_money(event.customer_id, amount, lazy("Recharged twice"), Priority.NORMAL)


def _open_about_money(customer_id: UUID, amount: Money, what: Any, priority: Priority) -> None:
    customer = db.session.get_one(Customer, customer_id)
    with speaking(customer.language):
        subject = f"{what}: {amount.format(customer.market.locale_for(customer.language))}"
    service.open(
        by=SYSTEM,
        subject=subject,
        topic=Topic.BILLING,
        priority=priority,
        customer_id=customer_id,
    )


def _segment(customer_id: UUID | None) -> str | None:
    if customer_id is None:
        return None
    return db.session.scalar(select(Customer.segment).where(Customer.id == customer_id))
