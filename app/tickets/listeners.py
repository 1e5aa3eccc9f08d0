"""What tickets do when lines, bills, payments and tickets themselves announce something."""

from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.billing.events import AccountNotBilled, DisputeClosed, InvoiceLineDisputed
from app.catalog.models import Service
from app.core import db, events
from app.core.actor import SYSTEM
from app.core.i18n import gettext as _
from app.core.i18n import lazy, speaking
from app.core.money import Money
from app.customers.models import Account, Customer
from app.customers.notices import notify
from app.identity import switch
from app.identity.events import ApprovalEnded, ApprovalGranted
from app.identity.models import Staff
from app.network import queries as network
from app.network.events import OrderFailed, OutageReported
from app.network.port import Action
from app.payments import failures
from app.payments.events import ChargebackOpened, DoubleRecharge, RefundFailed
from app.subscriptions import msisdn
from app.subscriptions.events import ActivationEscalated
from app.subscriptions.models import Line
from app.tickets import queries, service, triage
from app.tickets.errors import OutageDeclared
from app.tickets.events import (
    RoutingDue,
    TicketChanged,
    TicketCommented,
    TicketEscalated,
    TicketMerged,
    TicketReopened,
    TicketResolved,
    TicketTransferred,
    TicketWoken,
)
from app.tickets.models import (
    Comment,
    Deed,
    Escalation,
    Goal,
    Occasion,
    Priority,
    Ticket,
    TicketClock,
    TicketType,
    Topic,
)
from app.tickets.service import following, lifecycle, outage_mode, timing
from app.tickets.workload import routes

_LATE_WORDS = {
    (Occasion.WARNING, Goal.FIRST_RESPONSE): lazy("The first answer on %(number)s is due soon:"),
    (Occasion.WARNING, Goal.NEXT_RESPONSE): lazy("The next answer on %(number)s is due soon:"),
    (Occasion.WARNING, Goal.RESOLUTION): lazy("The solution of %(number)s is due soon:"),
    (Occasion.BREACH, Goal.FIRST_RESPONSE): lazy("The first answer on %(number)s is late:"),
    (Occasion.BREACH, Goal.NEXT_RESPONSE): lazy("The next answer on %(number)s is late:"),
    (Occasion.BREACH, Goal.RESOLUTION): lazy("The solution of %(number)s is late:"),
}
_YOURS = lazy("%(number)s is late, and yours now:")


def distribute(_event: RoutingDue) -> None:
    """Something waits, or somebody has room."""
    service.distribute(by=SYSTEM)


def see_whether_after_many(said: Sequence[Any]) -> None:
    """Once for all of them."""
    codes = {getattr(each, "market_code", None) for each in said}
    if any(routes(code) for code in codes):
        events.announce(RoutingDue())


@events.of_many(see_whether_after_many)
def see_whether_to_distribute(event: Any) -> None:
    """Only where something is offered: markets that pull need nobody to look."""
    if routes(getattr(event, "market_code", None)):
        events.announce(RoutingDue())


def follow_comment(event: TicketCommented) -> None:
    """Said on the ticket itself it counts as said in a conversation."""
    if event.public and event.author == "agent":
        timing.answered(event.at, ticket_id=event.ticket_id)
    elif event.author == "customer":
        timing.customer_wrote(event.at, ticket_id=event.ticket_id)


def mail_escalation(event: TicketEscalated) -> None:
    """To each who is told, in her language; once, whatever happens on the way."""
    ticket = db.session.get_one(Ticket, event.ticket_id)
    step = db.session.get_one(Escalation, event.escalation_id)
    goal = db.session.get_one(TicketClock, step.clock_id).goal
    late = _YOURS if step.deed is Deed.ASSIGN_SUPERVISOR else _LATE_WORDS[step.occasion, goal]
    query = select(Staff).where(Staff.id.in_(event.staff_ids), Staff.disabled_at.is_(None))
    for person in db.session.scalars(query):
        with speaking(person.language):
            text = str(late) % {"number": ticket.reference}
            words = f"{text} {ticket.subject}"
        key = f"escalation:{step.id}:{person.id}"
        switch.post().send("email", person.email, words, key=key)


FollowedEvent = (
    TicketChanged
    | TicketCommented
    | TicketMerged
    | TicketReopened
    | TicketResolved
    | TicketTransferred
    | TicketWoken
)


def tell_followers_of_many(said: Sequence[FollowedEvent]) -> None:
    """All of them at once, where one person did it."""
    for doer, events_of in groupby(said, key=lambda each: getattr(each, "by_id", None)):
        told = list(events_of)
        following.tell_all([e.ticket_id for e in told], type(told[0]).__name__, but=doer)


@events.of_many(tell_followers_of_many)
def tell_followers(event: FollowedEvent) -> None:
    """Whoever follows the ticket, but not the one who did it, where that is known."""
    doer: UUID | None = getattr(event, "by_id", None)
    following.tell(event.ticket_id, type(event).__name__, but=doer)


def open_for_activation(event: ActivationEscalated) -> None:
    """The network did not switch a new line on: somebody must look, today."""
    customer = db.session.get_one(Customer, event.customer_id)
    with speaking(customer.language):
        subject = _("Activation %(reference)s is stuck", reference=event.reference)
        summary = _("The network did not switch the line on: %(why)s", why=event.reason)
    service.open(
        by=SYSTEM,
        subject=subject,
        topic=Topic.TECHNICAL,
        type_=TicketType.FAULT,
        priority=Priority.HIGH,
        customer_id=customer.id,
        summary=summary,
    )


def declare_outage(event: OutageReported) -> None:
    """The network's own alarm. Where somebody was faster there is nothing to do."""
    with suppress(OutageDeclared):
        outage_mode.declare(
            by=SYSTEM,
            market_code=event.market_code,
            area=event.area,
            service=Service(event.service),
            notice={},
            expected_end_at=network.expected_end_of(event.outage_id),
            outage_id=event.outage_id,
        )


def carry_out(event: ApprovalGranted) -> None:
    if event.action == outage_mode.CREDIT:
        outage_mode.credit_approved(event)


def credit_refused(event: ApprovalEnded) -> None:
    if event.action == outage_mode.CREDIT:
        outage_mode.credit_refused(UUID(event.object_id))


def open_for_failed_order(event: OrderFailed) -> None:
    """The network does not do something to a line. Of a new line's activation one is told when all
    tries are over (`open_for_activation`)."""
    if event.action == Action.ACTIVATE:
        return
    line = db.session.get_one(Line, event.line_id)
    number = msisdn.for_people(line.number)
    with speaking(line.customer.language):
        subject = _("The network does not carry out an order for %(number)s", number=number)
    service.open(
        by=SYSTEM,
        subject=subject,
        topic=Topic.TECHNICAL,
        type_=TicketType.FAULT,
        priority=Priority.HIGH,
        customer_id=line.customer_id,
        summary=f"{event.action}: {network.why_failed(event.order_id)}",
        context={"line_id": str(line.id), "line": number},
    )


def open_for_missing_bill(event: AccountNotBilled) -> None:
    """Somebody must look why; an account that fails again and again has one ticket."""
    account = db.session.get_one(Account, event.account_id)
    if queries.open_ticket_about(account.customer_id, "account_not_billed", str(account.id)):
        return
    with speaking(account.customer.language):
        subject = _("The bill of %(account)s could not be made", account=account.reference)
    service.open(
        by=SYSTEM,
        subject=subject,
        topic=Topic.BILLING,
        type_=TicketType.FAULT,
        priority=Priority.HIGH,
        customer_id=account.customer_id,
        summary=event.fault,
        context={"account_not_billed": str(account.id), "run_id": str(event.run_id)},
    )


def answer_customer(event: TicketCommented) -> None:
    """What we say on the ticket itself reaches her by her own channel."""
    if event.public and event.author != "customer" and event.customer_id is not None:
        ticket = db.session.get_one(Ticket, event.ticket_id)
        notify(
            event.customer_id,
            "ticket_answered",
            by=SYSTEM,
            effect_key=f"ticket_comment:{event.comment_id}",
            reference=ticket.reference,
            answer=db.session.get_one(Comment, event.comment_id).body,
        )


def say_resolved(event: TicketResolved) -> None:
    """Where no conversation says it, and no decision that is told anyway."""
    ticket = db.session.get_one(Ticket, event.ticket_id)
    if event.conversation_id or event.customer_id is None or "dispute_id" in ticket.context:
        return
    notify(
        event.customer_id,
        "ticket_resolved",
        by=SYSTEM,
        effect_key=f"ticket:{ticket.id}:resolved:{ticket.reopened}",
        reference=ticket.reference,
        answer=ticket.resolution,
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
        type_=TicketType.BILLING_DISPUTE,
        priority=triage.priority_of("dispute_charge", customer.segment),
        customer_id=customer.id,
        summary=event.reason,
        context={
            "kind": "billing_dispute",
            "dispute_id": str(event.dispute_id),
            "invoice_id": str(event.invoice_id),
        },
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


def open_for_failed_refund(event: RefundFailed) -> None:
    """She was told that her money comes, and it does not: somebody finds another way with her.
    What she has by a chargeback of the same payment she is not owed."""
    hers = event.amount - event.kept
    if not hers:
        return
    _open_about_money(
        event.customer_id,
        Money(hers, event.currency),
        lazy("Refund did not arrive"),
        Priority.HIGH,
        why=failures.WORDS[event.reason],
        context={"payment_id": str(event.payment_id), "refund_id": str(event.refund_id)},
    )


def open_for_double_recharge(event: DoubleRecharge) -> None:
    """Where the market says that a person should ask; an extended line needs nobody."""
    if event.action == "alerted":
        amount = Money(event.amount, event.currency)
        _open_about_money(event.customer_id, amount, lazy("Recharged twice"), Priority.NORMAL)


def _open_about_money(
    customer_id: UUID,
    amount: Money,
    what: Any,
    priority: Priority,
    *,
    why: Any = "",
    context: dict[str, Any] | None = None,
) -> None:
    customer = db.session.get_one(Customer, customer_id)
    with speaking(customer.language):
        subject = f"{what}: {amount.format(customer.market.locale_for(customer.language))}"
        summary = str(why)
    service.open(
        by=SYSTEM,
        subject=subject,
        topic=Topic.BILLING,
        priority=priority,
        customer_id=customer_id,
        summary=summary,
        context=context,
    )
