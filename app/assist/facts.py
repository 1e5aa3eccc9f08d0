"""What is known of the customer of a talk, as far as an agent may know it: for `next_actions`.

A constant number of statements, however many lines and bills there are.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.assist.next_actions import Bill, Facts, Line, Order, Outage
from app.billing import queries as billing
from app.billing.models import Dispute, DisputeState, Invoice
from app.catalog.models import UsageKind
from app.conversations import proof
from app.conversations.models import Conversation, Verification
from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import speaking
from app.customers.models import Account, Customer
from app.subscriptions import access, msisdn
from app.subscriptions import queries as subscriptions
from app.subscriptions.models import Activation, ActivationStatus
from app.subscriptions.models import Line as LineRow
from app.tickets import outages
from app.tickets.models import Ticket
from app.usage import queries as usage
from app.usage.models import Bucket

_MOST_LINES = 8
# On its way it takes minutes; after that somebody should look.
_PATIENCE = timedelta(hours=2)
_STUCK = (ActivationStatus.ESCALATED, ActivationStatus.KYC_REJECTED)
_UNDER_WAY = (ActivationStatus.RECEIVED, ActivationStatus.PROVISIONING)


def facts_of(talk: Conversation, ticket: Ticket | None, by: Actor) -> Facts:
    """Of nobody in particular, only what the talk itself says."""
    customer = talk.customer
    wish = str((talk.learnt or {}).get("intent", ""))
    if customer is None or not by.may("customers.read"):
        return Facts(wish=wish)
    sees_bills = by.may("billing.read")
    return Facts(
        customer_id=customer.id,
        wish=wish,
        can_be_asked_to_verify=_can_be_asked(talk),
        overdue=_overdue(customer) if sees_bills else (),
        disputed=_disputed(customer.id) if sees_bills else (),
        used_up=_used_up(customer.id, by) if by.may("usage.read") else (),
        outage=_outage(customer, talk, ticket),
        stuck=_stuck(customer.id) if by.may("subscriptions.activate") else (),
    )


def _can_be_asked(talk: Conversation) -> bool:
    asked = talk.code_due is not None and talk.code_due > clock.now()
    known = talk.verification is Verification.IDENTITY
    return not known and not asked and proof.way_to(talk) is not None


def _overdue(customer: Customer) -> tuple[Bill, ...]:
    today = clock.today(customer.market.timezone)
    found = billing.open_invoices(customer.id)
    return tuple(_bill(each) for each in found if each.is_overdue(today))


def _disputed(customer_id: UUID) -> tuple[Bill, ...]:
    query = (
        select(Invoice)
        .join(Account, Account.id == Invoice.account_id)
        .where(
            Account.customer_id == customer_id,
            Invoice.id.in_(select(Dispute.invoice_id).where(Dispute.state == DisputeState.OPEN)),
        )
        .order_by(Invoice.due_on, Invoice.number)
    )
    return tuple(_bill(each) for each in db.session.scalars(query))


def _bill(invoice: Invoice) -> Bill:
    return Bill(invoice.id, invoice.number, invoice.due, invoice.due_on)


def _used_up(customer_id: UUID, by: Actor) -> tuple[Line, ...]:
    """Lines with no data left of what was granted, that `by` need not leave to a manager."""
    query = select(LineRow).where(LineRow.customer_id == customer_id, LineRow.closed_at.is_(None))
    query = query.options(joinedload(LineRow.account).joinedload(Account.customer))
    lines = db.session.scalars(query.order_by(LineRow.created_at).limit(_MOST_LINES)).all()
    buckets = usage.buckets_of([each.id for each in lines])
    return tuple(
        Line(each.id, msisdn.for_people(each.number))
        for each in lines
        if not access.is_for_managers(by, each.account)
        and _is_used_up([one for one in buckets[each.id] if _is_data_at_home(one)])
    )


def _is_data_at_home(bucket: Bucket) -> bool:
    return bucket.kind is UsageKind.DATA and not bucket.networks


def _is_used_up(buckets: list[Bucket]) -> bool:
    return bool(buckets) and all(each.left == 0 for each in buckets)


def _outage(customer: Customer, talk: Conversation, ticket: Ticket | None) -> Outage | None:
    case = outages.hitting(customer)
    if case is None:
        return None
    with speaking(talk.language):
        notice = outages.notice_of(case)
    is_linked = None if ticket is None or not ticket.is_open else ticket.parent_id is not None
    return Outage(case.ticket.reference, case.area, notice, is_linked)


def _stuck(customer_id: UUID) -> tuple[Order, ...]:
    found = subscriptions.activations_of(customer_id)
    return tuple(Order(each.id, each.reference) for each in found if _is_stuck(each))


def _is_stuck(order: Activation) -> bool:
    waits_long = order.created_at < clock.now() - _PATIENCE
    return order.status in _STUCK or (order.status in _UNDER_WAY and waits_long)
