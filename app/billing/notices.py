"""What customers are told of their bills: issued, due, disputed, and what is left when they go."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.billing.events import DisputeClosed, DunningStepTaken, InvoicesIssued, LineLeft
from app.billing.models import Dispute, DisputeState, Invoice
from app.billing.service import holds
from app.core import db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.customers.models import Account
from app.customers.notices import Told, notify, notify_all
from app.subscriptions import msisdn
from app.subscriptions.models import Disconnection, Leaving, Line, OrderStatus

# A step of dunning may name one of these; unless it does, what is done decides.
_USUAL = {
    "notice": "payment_due",
    "block_outgoing": "outgoing_blocked",
    "disconnect": "disconnected",
}


def invoices_issued(event: InvoicesIssued) -> None:
    """Some hundred bills of a run at once."""
    query = (
        select(Invoice, Account.customer_id)
        .join(Account, Account.id == Invoice.account_id)
        .where(Invoice.id.in_(event.invoice_ids))
    )
    told: dict[str, list[Told]] = {"invoice_issued": [], "invoice_settled": []}
    for invoice, customer_id in db.session.execute(query):
        kind = "invoice_issued" if invoice.due else "invoice_settled"
        facts = {"number": invoice.number, "amount": invoice.due, "day": invoice.due_on}
        told[kind].append(Told(customer_id, f"invoice:{invoice.id}:issued", facts))
    for kind, some in told.items():
        notify_all(kind, some)


def dunning_step_taken(event: DunningStepTaken) -> None:
    """Of what is due and not held; nothing when that was paid in the meantime."""
    invoice = db.session.get_one(Invoice, event.invoice_id)
    amount = invoice.due - Money(holds.held(invoice.id), invoice.currency)
    if not invoice.is_open or amount.amount <= 0:
        return
    named = event.template in _USUAL.values()
    kind, last = event.template if named else _USUAL[event.action], _last_day(invoice.account_id)
    if kind == "disconnected" and last is None:
        kind = "payment_due"  # nothing is left to be cut off, but the debt
    notify(
        event.customer_id,
        kind,
        by=SYSTEM,
        effect_key=f"dunning:{invoice.id}:{event.action}:{event.at.isoformat()}",
        number=invoice.number,
        amount=amount,
        day=invoice.due_on,
        last=last or invoice.due_on,
    )


def _last_day(account_id: UUID) -> datetime | None:
    """When the account's lines are disconnected for what it owes."""
    query = (
        select(func.min(Disconnection.due_at))
        .join(Line)
        .where(
            Line.account_id == account_id,
            Disconnection.reason == Leaving.DUNNING,
            Disconnection.status == OrderStatus.PENDING,
        )
    )
    return db.session.scalar(query)


def dispute_closed(event: DisputeClosed) -> None:
    """Who took it back herself knows."""
    if event.state == DisputeState.WITHDRAWN:
        return
    dispute = db.session.get_one(Dispute, event.dispute_id)
    notify(
        event.customer_id,
        "dispute_upheld" if event.credited else "dispute_refused",
        by=SYSTEM,
        effect_key=f"dispute:{event.dispute_id}:closed",
        number=dispute.invoice.number,
        amount=Money(event.credited, event.currency),
        answer=event.answer,
    )


def line_left(event: LineLeft) -> None:
    line = db.session.get_one(Line, event.line_id)
    notify(
        event.customer_id,
        "line_left_owing" if event.dues else "line_left",
        by=SYSTEM,
        effect_key=f"disconnection:{event.order_id}:done",
        line=msisdn.for_people(line.number),
        amount=Money(event.dues, event.currency),
    )
