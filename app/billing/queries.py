"""Reading invoices and what is owed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.billing.dunning import Step
from app.billing.models import (
    AccountCredit,
    BadDebt,
    BillRun,
    BillRunBatch,
    BillRunFailure,
    Charge,
    ChargeKind,
    CreditNote,
    DebitNote,
    Deposit,
    Dispute,
    DisputeState,
    DunningStep,
    Invoice,
    InvoiceStatus,
    RunState,
)
from app.billing.policies import policies_of_bill
from app.billing.taxes import tax_amount
from app.core import clock, db
from app.core.errors import NotFound
from app.core.money import Money
from app.core.pages import Page, newest_first
from app.customers.models import Account, Customer
from app.markets.models import Market


def invoices_of(
    *,
    customer_id: UUID | None = None,
    account_ids: Sequence[UUID] | None = None,
    limit: int = 24,
) -> Sequence[Invoice]:
    """Newest first, of a customer or of some accounts."""
    query = select(Invoice).order_by(Invoice.issued_at.desc(), Invoice.number.desc()).limit(limit)
    if customer_id is not None:
        query = query.where(_is_of(customer_id))
    if account_ids is not None:
        query = query.where(Invoice.account_id.in_(account_ids))
    return db.session.scalars(query).all()


def search_invoices(
    market: Market,
    *,
    number: str = "",
    customer_ids: Sequence[UUID] | None = None,
    amount: Money | None = None,
    state: str = "",
    after: str | None = None,
    size: int = 50,
) -> Page[Invoice]:
    """Invoices of a market with their customers, the latest first; `state` may be overdue.

    `number` is the beginning of one; `amount` is the total. Raises Invalid when `after` is no id.
    """
    query = (
        select(Invoice)
        .where(Invoice.market_code == market.code)
        .options(joinedload(Invoice.account).joinedload(Account.customer))
    )
    if number:
        query = query.where(Invoice.number.startswith(number, autoescape=True))
    if customer_ids is not None:
        own = select(Account.id).where(Account.customer_id.in_(customer_ids))
        query = query.where(Invoice.account_id.in_(own))
    if amount is not None:
        query = query.where(Invoice.total == amount.amount)
    if state:
        stored = InvoiceStatus.OPEN if state == "overdue" else InvoiceStatus(state)
        query = query.where(Invoice.status == stored)
    if state == "overdue":
        query = query.where(Invoice.due_on < clock.today(market.timezone))
    return newest_first(query, Invoice.id, after=after, size=size)


def open_invoices(customer_id: UUID) -> Sequence[Invoice]:
    """What is still to pay, the most urgent first."""
    query = select(Invoice).where(Invoice.status == InvoiceStatus.OPEN, _is_of(customer_id))
    return db.session.scalars(query.order_by(Invoice.due_on, Invoice.number)).all()


def bill_that_matters(customer_id: UUID) -> Invoice | None:
    """The one to pay first, else the latest."""
    found = open_invoices(customer_id) or invoices_of(customer_id=customer_id, limit=1)
    return found[0] if found else None


def invoice_numbered(customer_id: UUID, number: str) -> Invoice | None:
    """One of her own."""
    if "\0" in number:
        return None
    query = select(Invoice).where(Invoice.number == number.strip().upper(), _is_of(customer_id))
    return db.session.scalar(query)


def invoices_of_month(customer_id: UUID, month: date) -> Sequence[Invoice]:
    """Her bills for a month, told by any day of it; where there is none, those issued in it."""
    first = month.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    own = select(Invoice).where(_is_of(customer_id)).order_by(Invoice.period_start, Invoice.number)
    covering = own.where(Invoice.period_start >= first, Invoice.period_start < following)
    if found := db.session.scalars(covering).all():
        return found
    timezone = db.session.get_one(Customer, customer_id).market.timezone
    since, until = clock.midnight(first, timezone), clock.midnight(following, timezone)
    return db.session.scalars(
        own.where(Invoice.issued_at >= since, Invoice.issued_at < until)
    ).all()


def invoice_before(invoice: Invoice) -> Invoice | None:
    """The bill of the same account that went before."""
    query = select(Invoice).where(
        Invoice.account_id == invoice.account_id, Invoice.period_start < invoice.period_start
    )
    return db.session.scalar(query.order_by(Invoice.period_start.desc()).limit(1))


def owed(customer_id: UUID) -> Money:
    """The sum of all open invoices, in the currency of the customer's market."""
    due = func.coalesce(func.sum(Invoice.still_due), 0)
    query = select(due).where(Invoice.status == InvoiceStatus.OPEN)
    amount = db.session.scalars(query.where(_is_of(customer_id))).one()
    customer = db.session.get(Customer, customer_id)
    if customer is None:
        raise NotFound
    return Money(Decimal(amount), customer.market.currency)


def disputed(customer_id: UUID) -> Money:
    """What of that is disputed, and need not be paid before it is decided."""
    customer = db.session.get_one(Customer, customer_id)
    return Money(_disputed_where(_is_of(customer_id)), customer.market.currency)


def invoice_with_lines(invoice_id: UUID) -> Invoice:
    """The invoice with its account and charges loaded. Whoever shows it went through access."""
    query = (
        select(Invoice)
        .where(Invoice.id == invoice_id)
        .options(selectinload(Invoice.charges), selectinload(Invoice.account))
    )
    invoice = db.session.scalar(query)
    if invoice is None:
        raise NotFound
    return invoice


def credit_notes_of(invoice_id: UUID) -> Sequence[CreditNote]:
    query = select(CreditNote).where(CreditNote.invoice_id == invoice_id)
    return db.session.scalars(query.order_by(CreditNote.issued_at, CreditNote.number)).all()


def debit_notes_of(invoice_id: UUID) -> Sequence[DebitNote]:
    query = select(DebitNote).where(DebitNote.invoice_id == invoice_id)
    return db.session.scalars(query.order_by(DebitNote.issued_at, DebitNote.number)).all()


def bad_debts_of(invoice_id: UUID) -> Sequence[BadDebt]:
    """How it was written off, undone and recovered, the oldest first."""
    query = select(BadDebt).where(BadDebt.invoice_id == invoice_id)
    return db.session.scalars(query.order_by(BadDebt.at, BadDebt.id)).all()


def credited(invoice: Invoice) -> Money:
    """What all its credit notes take back."""
    query = select(func.coalesce(func.sum(CreditNote.amount), 0))
    amount = db.session.scalars(query.where(CreditNote.invoice_id == invoice.id)).one()
    return Money(Decimal(amount), invoice.currency)


def creditable(invoice: Invoice) -> Money:
    """What credit notes may still take back of an invoice."""
    return invoice.total_money - credited(invoice)


def with_tax(invoice: Invoice, charge: Charge) -> Money:
    """What a charge makes of its invoice: its price less what discounts take off it, and the tax
    where that comes on top."""
    rule = policies_of_bill(invoice.account.market, invoice.period_end).tax
    price = charge.money + _discounts_on(charge)
    return price if rule.inclusive else price + tax_amount(price, rule).tax


def _discounts_on(charge: Charge) -> Money:
    """Below zero, or nothing."""
    query = select(func.coalesce(func.sum(Charge.amount), 0)).where(
        Charge.invoice_id == charge.invoice_id,
        Charge.kind == ChargeKind.DISCOUNT,
        Charge.because["reduces"].astext == charge.effect_key,
    )
    return Money(Decimal(db.session.scalars(query).one()), charge.currency)


def disputes_of(invoice_id: UUID) -> Sequence[Dispute]:
    query = select(Dispute).where(Dispute.invoice_id == invoice_id)
    return db.session.scalars(query.order_by(Dispute.opened_at)).all()


def open_disputes(markets: Collection[str], limit: int = 200) -> Sequence[Dispute]:
    """The queue, the oldest first; of these markets, or of all when there are none."""
    query = (
        select(Dispute)
        .join(Dispute.invoice)
        .where(Dispute.state == DisputeState.OPEN)
        .options(
            joinedload(Dispute.invoice).joinedload(Invoice.account).joinedload(Account.customer),
            joinedload(Dispute.charge),
        )
        .order_by(Dispute.opened_at)
        .limit(limit)
    )
    if markets:
        query = query.where(Invoice.market_code.in_(markets))
    return db.session.scalars(query).all()


def open_charges(account_id: UUID) -> Sequence[Charge]:
    """What waits for the next invoice."""
    query = select(Charge).where(Charge.account_id == account_id, Charge.invoice_id.is_(None))
    return db.session.scalars(query.order_by(Charge.period_start, Charge.id)).all()


def credit_of(account_id: UUID) -> Money:
    """Money the account has with us, tax included; the next invoice uses it."""
    account = db.session.get_one(Account, account_id)
    query = select(func.coalesce(func.sum(AccountCredit.amount), 0)).where(
        AccountCredit.account_id == account_id
    )
    return Money(Decimal(db.session.scalars(query).one()), account.currency)


def dues_of(account_id: UUID) -> Money:
    """What an account owes on its open invoices."""
    account = db.session.get_one(Account, account_id)
    due = func.coalesce(func.sum(Invoice.still_due), 0)
    query = select(due).where(
        Invoice.account_id == account_id, Invoice.status == InvoiceStatus.OPEN
    )
    return Money(Decimal(db.session.scalars(query).one()), account.currency)


def disputed_of(account_id: UUID) -> Money:
    """What of that is disputed."""
    account = db.session.get_one(Account, account_id)
    return Money(_disputed_where(Invoice.account_id == account_id), account.currency)


def _disputed_where(whose: ColumnElement[bool]) -> Decimal:
    part = func.least(Invoice.still_due, _disputed_of_bill())
    query = select(func.coalesce(func.sum(part), 0))
    return Decimal(
        db.session.scalars(query.where(Invoice.status == InvoiceStatus.OPEN, whose)).one()
    )


def undisputed(account_id: UUID) -> Sequence[Invoice]:
    """The open invoices of an account of which more is due than is disputed."""
    query = select(Invoice).where(
        Invoice.account_id == account_id,
        Invoice.status == InvoiceStatus.OPEN,
        Invoice.still_due > _disputed_of_bill(),
    )
    return db.session.scalars(query).all()


def _disputed_of_bill() -> ScalarSelect[Decimal]:
    query = select(func.coalesce(func.sum(Dispute.amount), 0)).where(
        Dispute.invoice_id == Invoice.id, Dispute.state == DisputeState.OPEN
    )
    return query.correlate(Invoice).scalar_subquery()


def deposits_of(account_ids: Sequence[UUID]) -> Sequence[Deposit]:
    query = select(Deposit).where(Deposit.account_id.in_(account_ids))
    return db.session.scalars(query.order_by(Deposit.taken_at, Deposit.id)).all()


def to_be_dunned(market_code: str, on: date, steps: Sequence[Step]) -> Sequence[UUID]:
    """Open invoices of a market that have reached a step by a day and not taken it."""
    missing = (
        and_(Invoice.due_on <= on - timedelta(days=step.after_days), ~_was_taken(step))
        for step in steps
    )
    query = select(Invoice.id).where(
        Invoice.market_code == market_code,
        Invoice.status == InvoiceStatus.OPEN,
        Invoice.due_on <= on,
        or_(false(), *missing),
    )
    return db.session.scalars(query.order_by(Invoice.due_on, Invoice.number)).all()


def _was_taken(step: Step) -> ColumnElement[bool]:
    return exists().where(DunningStep.invoice_id == Invoice.id, DunningStep.action == step.action)


def running_runs() -> Sequence[UUID]:
    """Billing runs that workers are to work off."""
    query = select(BillRun.id).where(BillRun.state == RunState.RUNNING)
    return db.session.scalars(query.order_by(BillRun.planned_at)).all()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in accounts; `amount` is what its invoices come to."""

    done: int
    issued: int
    amount: Decimal
    failed: int


def runs_of(market_code: str, limit: int = 50) -> Sequence[BillRun]:
    """The latest first."""
    query = select(BillRun).where(BillRun.market_code == market_code)
    return db.session.scalars(query.order_by(BillRun.planned_at.desc()).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Failed:
    """An account that could not be billed in a run."""

    failure: BillRunFailure
    reference: str
    customer_id: UUID
    customer: str


def failures_of(run_id: UUID, limit: int = 200) -> list[Failed]:
    """Those not resolved, the latest first."""
    query = (
        select(BillRunFailure, Account.reference, Customer.id, Customer.name)
        .join(Account, Account.id == BillRunFailure.account_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(BillRunFailure.run_id == run_id, BillRunFailure.resolved_at.is_(None))
        .order_by(BillRunFailure.failed_at.desc(), Account.reference)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return [Failed(*row) for row in db.session.execute(query)]


def progress_of(run_ids: Sequence[UUID]) -> dict[UUID, Progress]:
    """The sums of the batches that are done, and the failures not resolved."""
    batches = (
        select(
            BillRunBatch.run_id,
            func.sum(func.cardinality(BillRunBatch.account_ids)),
            func.sum(BillRunBatch.issued),
            func.sum(BillRunBatch.amount),
        )
        .where(BillRunBatch.run_id.in_(run_ids), BillRunBatch.done)
        .group_by(BillRunBatch.run_id)
    )
    failures = (
        select(BillRunFailure.run_id, func.count())
        .where(BillRunFailure.run_id.in_(run_ids), BillRunFailure.resolved_at.is_(None))
        .group_by(BillRunFailure.run_id)
    )
    failed = {row[0]: row[1] for row in db.session.execute(failures)}
    found = {
        run_id: Progress(int(done), issued, amount, failed.get(run_id, 0))
        for run_id, done, issued, amount in db.session.execute(batches)
    }
    return {
        each: found.get(each) or Progress(0, 0, Decimal(0), failed.get(each, 0)) for each in run_ids
    }


def _is_of(customer_id: UUID) -> ColumnElement[bool]:
    own = select(Account.id).where(Account.customer_id == customer_id)
    return Invoice.account_id.in_(own)
