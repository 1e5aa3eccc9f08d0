"""Disputes: a charge of an invoice is said to be wrong, looked into, and decided once."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.billing import access, queries
from app.billing.errors import AlreadyDisputed, DisputeDecided, DisputeTooLarge
from app.billing.events import DisputeClosed, InvoiceLineDisputed
from app.billing.models import Charge, Dispute, DisputeState, Invoice
from app.billing.service.holds import hold, release
from app.billing.service.invoices import LONGEST_REASON, credit
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.money import Money
from app.customers.contact import plain_text
from app.identity import approvals


def dispute(
    invoice_id: UUID, charge_id: UUID, amount: Money | None, reason: str, *, by: Actor
) -> Dispute:
    """Say that a charge is wrong by `amount` with its tax, or altogether when None.

    That amount is not dunned for until it is decided. Raises AlreadyDisputed, DisputeTooLarge.
    """
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, "billing.dispute", lock=True)
        charge = db.session.get(Charge, charge_id)
        if charge is None or charge.invoice_id != invoice.id:
            raise NotFound
        amount = _amount(invoice, charge, amount)
        opened = Dispute(
            id=new_id(),
            invoice_id=invoice.id,
            charge_id=charge.id,
            amount=amount.amount,
            currency=amount.currency,
            reason=plain_text(reason, field="reason", longest=LONGEST_REASON),
            opened_by=by.name,
            opened_at=clock.now(),
            state=DisputeState.OPEN,
            credited=Decimal(0),
        )
        db.session.add(opened)
        try:
            db.session.flush()
        except IntegrityError:
            raise AlreadyDisputed from None
        hold(invoice.id, amount, _hold_of(opened), by=SYSTEM)
        audit.record(
            by, "invoice.disputed", "invoice", invoice.id, amount=amount, reason=opened.reason
        )
        events.announce(
            InvoiceLineDisputed(
                opened.id,
                invoice.id,
                charge.id,
                invoice.account.customer_id,
                invoice.number,
                opened.amount,
                opened.currency,
                opened.reason,
                opened.opened_at,
            )
        )
    return opened


def check_dispute(invoice_id: UUID, charge_id: UUID, amount: Money | None, *, by: Actor) -> Money:
    """For how much `dispute` would open one, and that it would; changes nothing."""
    invoice = access.invoice_for(by, invoice_id, "billing.dispute")
    charge = db.session.get(Charge, charge_id)
    if charge is None or charge.invoice_id != invoice.id:
        raise NotFound
    if any(
        each.is_open and each.charge_id == charge.id for each in queries.disputes_of(invoice.id)
    ):
        raise AlreadyDisputed
    return _amount(invoice, charge, amount)


def decide(dispute_id: UUID, credited: Money, answer: str, *, by: Actor) -> Dispute:
    """Give back all of it (upheld), some (partly) or nothing (refused), and say why.

    Raises DisputeDecided when somebody was faster, DisputeTooLarge, CreditTooLarge, ApprovalNeeded.
    """
    with db.transaction():
        found = _open(by, dispute_id, "billing.credit")
        check_decision(found, credited, by=by)
        answer = plain_text(answer, field="answer", longest=LONGEST_REASON)
        if credited:
            note = credit(found.invoice_id, credited, answer, by=by)
            found.credited, found.credit_note_id = credited.amount, note.id
        _close(found, _outcome(found), answer, by)
    return found


def check_decision(found: Dispute, credited: Money, *, by: Actor) -> None:
    """Whether somebody may give back so much. Raises Invalid, DisputeTooLarge, ApprovalNeeded."""
    nothing = Money.zero(found.currency)
    if credited != nothing and (credited.currency != found.currency or not credited.is_payable):
        raise Invalid(field="amount")
    if credited > found.money:
        raise DisputeTooLarge
    in_all = queries.credited(found.invoice) + credited
    if credited:
        approvals.check(by, found.invoice.market_code, "billing.credit", in_all)


def withdraw(dispute_id: UUID, *, by: Actor) -> Dispute:
    """Whoever may dispute the charge may also let it be."""
    with db.transaction():
        found = _open(by, dispute_id, "billing.dispute")
        _close(found, DisputeState.WITHDRAWN, "", by)
    return found


def _amount(invoice: Invoice, charge: Charge, amount: Money | None) -> Money:
    """Never more than what the charge makes of the bill and is not credited yet."""
    whole = queries.with_tax(invoice, charge)
    left = min(whole, queries.creditable(invoice))
    amount = left if amount is None else amount
    if left.amount <= 0:
        raise DisputeTooLarge
    if amount.currency != invoice.currency or not amount.is_payable:
        raise Invalid(field="amount")
    if amount > left:
        raise DisputeTooLarge
    return amount


def _open(by: Actor, dispute_id: UUID, permission: str) -> Dispute:
    found = access.dispute_for(by, dispute_id, permission, lock=True)
    if not found.is_open:
        raise DisputeDecided
    return found


def _outcome(found: Dispute) -> DisputeState:
    if not found.credited:
        return DisputeState.REFUSED
    return DisputeState.UPHELD if found.credited == found.amount else DisputeState.PARTLY


def _close(found: Dispute, state: DisputeState, answer: str, by: Actor) -> None:
    found.state, found.answer = state, answer or None
    found.decided_by, found.decided_at = by.name, clock.now()
    release(_hold_of(found), by=SYSTEM)
    audit.record(
        by,
        "invoice.dispute_closed",
        "invoice",
        found.invoice_id,
        state=(DisputeState.OPEN, state),
        credited=found.credited_money,
        answer=answer,
    )
    events.announce(
        DisputeClosed(
            found.id,
            found.invoice_id,
            found.invoice.account.customer_id,
            state.value,
            found.credited,
            found.currency,
            answer,
            found.decided_at,
        )
    )


def _hold_of(found: Dispute) -> str:
    return f"dispute:{found.id}"
