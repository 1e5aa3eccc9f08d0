"""What customers are told of their bills: issued, due, disputed, and what is left when they go;
and of a line that goes, who goes on without it."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.billing.events import DisputeClosed, DunningStepTaken, InvoicesIssued, LineLeft
from app.billing.models import Dispute, DisputeState, Invoice
from app.billing.periods import period_containing
from app.billing.service import holds
from app.billing.simulating import Loss, loss_without
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.customers.models import Account
from app.customers.notices import Told, notify, notify_all
from app.network.events import PortOutCancelled, PortOutRequested
from app.network.models import PortOut
from app.subscriptions import msisdn
from app.subscriptions.models import Disconnection, Leaving, Line, OrderStatus
from app.subscriptions.queries import families_of

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


def move_announced(event: PortOutRequested) -> None:
    """The day is known: to those who share the plan of the line, and to who pays for the others."""
    line, key = db.session.get_one(Line, event.line_id), f"port_out:{event.port_out_id}"
    _tell_members(line, "sharing_will_end", f"{key}:asked", day=event.move_at)
    if loss := loss_without(line, clock.now()):
        start = _next_bill(line, event.move_at)
        _tell_payer(line, "discount_will_end", f"{key}:asked", loss, day=event.move_at, start=start)


def move_taken_back(event: PortOutCancelled) -> None:
    """To whom it was announced."""
    if db.session.get_one(PortOut, event.port_out_id).requested_at is None:
        return
    line, key = db.session.get_one(Line, event.line_id), f"port_out:{event.port_out_id}"
    _tell_members(line, "sharing_goes_on", f"{key}:stays")
    if loss := loss_without(line, clock.now()):
        _tell_payer(line, "discount_goes_on", f"{key}:stays", loss)


def discount_ended(event: LineLeft) -> None:
    """By what there was in the last moment of the line."""
    line = db.session.get_one(Line, event.line_id)
    if line.closed_at is None:
        return
    if loss := loss_without(line, line.closed_at - timedelta.resolution):
        key, start = f"disconnection:{event.order_id}", _next_bill(line, line.closed_at)
        _tell_payer(line, "discount_ended", key, loss, start=start)


def _tell_members(line: Line, kind: str, effect_key: str, **facts: object) -> None:
    gone = msisdn.for_people(line.number)
    for each in families_of([line.id]):
        if each.owner_line_id == line.id:
            notify(
                each.line.customer_id,
                kind,
                by=SYSTEM,
                effect_key=f"{effect_key}:{each.id}",
                line=msisdn.for_people(each.line.number),
                gone=gone,
                **facts,
            )


def _tell_payer(line: Line, kind: str, effect_key: str, loss: Loss, **facts: object) -> None:
    notify(
        line.account.customer_id,
        kind,
        by=SYSTEM,
        effect_key=f"{effect_key}:discount",
        line=msisdn.for_people(line.number),
        amount=loss.a_month.rounded(),
        discounts=", ".join(loss.discounts),
        **facts,
    )


def _next_bill(line: Line, moment: datetime) -> date:
    """The first day that a bill after this moment is in advance for."""
    day = moment.astimezone(ZoneInfo(line.account.market.timezone)).date()
    return period_containing(day, line.account.billing_day).end
