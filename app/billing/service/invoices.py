"""What happens to a closed invoice: it is paid, credited, or its money is given back."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.billing import access, queries
from app.billing.dunning import Action
from app.billing.errors import CreditTooLarge, NothingToTakeBack
from app.billing.events import InvoiceCredited, InvoiceDebited, InvoicePaid, InvoiceReopened
from app.billing.models import AccountCredit, CreditNote, DebitNote, Invoice, InvoiceStatus
from app.billing.policies import policies_of, policies_of_bill
from app.billing.service import bad_debts, holds
from app.billing.service.blocks import forget_steps, lift_blocks
from app.billing.taxes import Taxed, part_of, tax_amount
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.money import Money, Rounding
from app.core.references import next_number, reference
from app.customers.contact import plain_text
from app.customers.models import Account
from app.identity import approvals

LONGEST_REASON = 500


def settle(invoice_id: UUID, amount: Money, *, by: Actor, payment_id: UUID) -> Invoice:
    """Money came in. A part leaves the rest due; more than is due becomes the account's credit.

    What was written off is owed again as far as it is paid. Called by payments, once per payment.
    Paid in full, the blocks placed for it are lifted.
    """
    with db.transaction():
        # The payment was checked at its own door; the gateway has none here.
        invoice = access.invoice_for(SYSTEM, invoice_id, lock=True)
        _check(invoice, amount)
        bad_debts.recover(invoice, amount, by=by, payment_id=payment_id)
        taken = min(amount.amount, invoice.due.amount)
        invoice.paid += taken
        _add_credit(invoice, amount.amount - taken, "paid_too_much", f"surplus:{payment_id}")
        audit.record(
            by, "invoice.settled", "invoice", invoice.id, amount=amount, payment=payment_id
        )
        _close_when_paid(invoice)
    return invoice


def credit(invoice_id: UUID, amount: Money, reason: str, *, by: Actor) -> CreditNote:
    """Take back part of an invoice, `amount` with its tax. Of a paid bill it becomes credit.

    Raises CreditTooLarge when all notes together would exceed the invoice, by however little,
    and ApprovalNeeded above what the doer may credit of one invoice alone.
    """
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, "billing.credit", lock=True)
        in_all = checked_credit(invoice, amount)
        approvals.check(by, invoice.market_code, "billing.credit", in_all)
        return write_note(invoice, amount, reason, by=by)


def checked_credit(invoice: Invoice, amount: Money) -> Money:
    """What all credit notes of a locked invoice would come to.

    Raises Invalid, CreditTooLarge, and InvoiceWrittenOff, which is undone before.
    """
    _check(invoice, amount)
    bad_debts.refuse_written_off(invoice)
    in_all = queries.credited(invoice) + amount
    if in_all > invoice.total_money:
        raise CreditTooLarge
    return in_all


def write_note(invoice: Invoice, amount: Money, reason: str, *, by: Actor) -> CreditNote:
    """A credit note of a locked invoice, once who may agree to it has."""
    with db.transaction():
        checked_credit(invoice, amount)
        note = _note(invoice, amount, plain_text(reason, field="reason", longest=LONGEST_REASON))
        reduces = min(amount.amount, invoice.due.amount)
        invoice.credited += reduces
        _add_credit(invoice, amount.amount - reduces, "credited", f"note:{note.id}")
        audit.record(
            by, "invoice.credited", "invoice", invoice.id, amount=amount, reason=note.reason
        )
        events.announce(
            InvoiceCredited(
                invoice.id, note.id, invoice.account.customer_id, amount.amount, amount.currency
            )
        )
        _close_when_paid(invoice)
    return note


def debit(invoice_id: UUID, amount: Money, reason: str, *, by: Actor) -> DebitNote:
    """Add to an invoice what it left out, `amount` with its tax. A paid bill is open again, and due
    as if it were issued now.

    Raises ApprovalNeeded above what the doer may add to one invoice alone, InvoiceWrittenOff.
    """
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, "billing.debit", lock=True)
        in_all = checked_debit(invoice, amount)
        approvals.check(by, invoice.market_code, "billing.debit", in_all)
        return write_debit(invoice, amount, reason, by=by)


def checked_debit(invoice: Invoice, amount: Money) -> Money:
    """What all debit notes of a locked invoice would come to. Raises Invalid, InvoiceWrittenOff."""
    _check(invoice, amount)
    bad_debts.refuse_written_off(invoice)
    return Money(invoice.debited, invoice.currency) + amount


def write_debit(invoice: Invoice, amount: Money, reason: str, *, by: Actor) -> DebitNote:
    """A debit note of a locked invoice, once who may agree to it has."""
    with db.transaction():
        checked_debit(invoice, amount)
        taxed = _added(invoice, amount)
        note = DebitNote(
            id=new_id(),
            number=_next_number("DN", invoice),
            invoice_id=invoice.id,
            amount=amount.amount,
            net=taxed.net.amount,
            tax=taxed.tax.amount,
            reason=plain_text(reason, field="reason", longest=LONGEST_REASON),
            issued_at=clock.now(),
        )
        db.session.add(note)
        invoice.debited += amount.amount
        audit.record(
            by, "invoice.debited", "invoice", invoice.id, amount=amount, reason=note.reason
        )
        events.announce(
            InvoiceDebited(
                invoice.id, note.id, invoice.account.customer_id, amount.amount, amount.currency
            )
        )
        if not invoice.is_open:
            _reopen(invoice)
    return note


def pay_from_held(invoice: Invoice, amount: Money) -> None:
    """Money of the account that we held pays a locked invoice, up to what is due."""
    invoice.paid += amount.amount
    _close_when_paid(invoice)


def pay_from_credit(invoice: Invoice, amount: Money) -> None:
    """As `pay_from_held`, of the account's credit, whose rows the account's lock guards."""
    key = f"set-off:{invoice.id}:{new_id()}"
    _add_credit(invoice, -amount.amount, "used", key)
    pay_from_held(invoice, amount)


def take_back(
    invoice_id: UUID, amount: Money, *, by: Actor, refund_id: UUID, partly: bool = False
) -> Money:
    """A payment of it is given back: first what it left as credit, then what it paid.

    Called by payments, once per refund; how much it was. Raises NothingToTakeBack when less than
    all is there, unless it may be taken `partly`.
    """
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, lock=True)
        _check(invoice, amount)
        # The billing run uses credit under the same lock.
        db.session.get_one(Account, invoice.account_id, with_for_update={"key_share": True})
        available = queries.credit_of(invoice.account_id).amount
        from_credit = min(amount.amount, available, _credit_from(invoice))
        from_bill = min(amount.amount - from_credit, invoice.paid)
        taken = Money(from_credit + from_bill, invoice.currency)
        if taken < amount and not partly:
            raise NothingToTakeBack
        if taken:
            _add_credit(invoice, -from_credit, "given_back", f"refund:{refund_id}")
            invoice.paid -= from_bill
            audit.record(by, "invoice.money_given_back", "invoice", invoice.id, amount=taken)
        if invoice.due and not invoice.is_open:
            _reopen(invoice)
    return taken


def _check(invoice: Invoice, amount: Money) -> None:
    if amount.currency != invoice.currency or not amount.is_payable:
        raise Invalid(field="amount")


def _close_when_paid(invoice: Invoice) -> None:
    if invoice.due:
        holds.spare(invoice)
        return
    if invoice.status == InvoiceStatus.PAID:
        return
    if invoice.written_off:
        invoice.status = InvoiceStatus.WRITTEN_OFF
        return
    invoice.status, invoice.paid_at = InvoiceStatus.PAID, clock.now()
    lift_blocks(invoice)
    events.announce(InvoicePaid(*_whose(invoice), invoice.paid_at))


def _reopen(invoice: Invoice) -> None:
    """Due as if it were issued now: nobody is late with what she has not been asked for, nor cut
    off for it without a reminder. The steps that were taken before it was paid are taken anew."""
    invoice.status, invoice.paid_at = InvoiceStatus.OPEN, None
    market = invoice.account.market
    days = timedelta(days=policies_of(market).due_days)
    invoice.due_on = clock.today(market.timezone) + days
    forget_steps(invoice, Action)
    events.announce(InvoiceReopened(*_whose(invoice), clock.now()))


def _whose(invoice: Invoice) -> tuple[UUID, UUID, UUID, str]:
    return invoice.id, invoice.account_id, invoice.account.customer_id, invoice.number


def _note(invoice: Invoice, amount: Money, reason: str) -> CreditNote:
    before = queries.credited(invoice).amount
    if before + amount.amount > invoice.total:
        raise CreditTooLarge
    taxed = _tax_between(invoice, before, before + amount.amount)
    note = CreditNote(
        number=_next_number("CN", invoice),
        invoice_id=invoice.id,
        amount=amount.amount,
        net=taxed.net.amount,
        tax=taxed.tax.amount,
        reason=reason,
        issued_at=clock.now(),
    )
    db.session.add(note)
    db.session.flush()  # its id is needed for the event
    return note


def _next_number(kind: str, invoice: Invoice) -> str:
    """Gapless by kind of note, market and year of the market's clock."""
    series = f"{kind}-{invoice.market_code}-{clock.today(invoice.account.market.timezone).year}"
    return reference(series, next_number(series))


def _tax_between(invoice: Invoice, start: Decimal, end: Decimal) -> Taxed:
    """Net and tax of the slice of a bill: all slices together are exactly the bill."""
    whole = Taxed(Money(invoice.net, invoice.currency), Money(invoice.tax, invoice.currency))
    rounding = _rounding(invoice)
    until_start = part_of(whole, Money(start, invoice.currency), rounding)
    until_end = part_of(whole, Money(end, invoice.currency), rounding)
    return Taxed(until_end.net - until_start.net, until_end.tax - until_start.tax)


def _added(invoice: Invoice, amount: Money) -> Taxed:
    """Net and tax in the bill's proportion; a bill of nothing has none, so its rule decides."""
    if not invoice.total:
        rule = policies_of_bill(invoice.account.market, invoice.period_end).tax
        return tax_amount(amount, replace(rule, inclusive=True))
    whole = Taxed(Money(invoice.net, invoice.currency), Money(invoice.tax, invoice.currency))
    return part_of(whole, amount, _rounding(invoice))


def _rounding(invoice: Invoice) -> Rounding:
    return policies_of_bill(invoice.account.market, invoice.period_end).rounding


def _credit_from(invoice: Invoice) -> Decimal:
    """What of the account's credit came from this invoice, and was not given back."""
    query = select(func.coalesce(func.sum(AccountCredit.amount), 0)).where(
        AccountCredit.invoice_id == invoice.id, AccountCredit.reason != "used"
    )
    return Decimal(db.session.scalars(query).one())


def _add_credit(invoice: Invoice, amount: Decimal, reason: str, effect_key: str) -> None:
    if amount:
        db.session.add(
            AccountCredit(
                account_id=invoice.account_id,
                invoice_id=invoice.id,
                amount=amount,
                currency=invoice.currency,
                reason=reason,
                effect_key=effect_key,
                at=clock.now(),
            )
        )
