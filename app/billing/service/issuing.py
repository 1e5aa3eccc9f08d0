"""From charges to invoices: what belongs on it, its tax, its number, and what credit pays of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.billing.events import InvoiceIssued, InvoicePaid
from app.billing.models import AccountCredit, Charge, ChargeKind, Invoice, InvoiceStatus
from app.billing.policies import Policies, policies_of
from app.billing.service.due import Job
from app.billing.taxes import tax_lines
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.money import Money, total
from app.core.references import reference, take_numbers
from app.customers.models import Account
from app.markets.models import Market

CARRIED_OVER = "carried_over"


@dataclass(frozen=True, slots=True)
class _Draft:
    job: Job
    account: Account
    charges: list[Charge]


def issue(
    jobs: Sequence[Job], accounts: dict[UUID, Account], market: Market, on: date, by: Actor
) -> list[Invoice]:
    """Invoices for the jobs that have charges, in the caller's transaction, accounts locked."""
    open_charges = _open_charges([job.account_id for job in jobs])
    drafts = []
    for job in jobs:
        mine = [c for c in open_charges[job.account_id] if c.period_start <= job.period.end]
        # Credit that waits is no reason for a bill of its own.
        if any(charge.because["rule"] != CARRIED_OVER for charge in mine):
            drafts.append(_Draft(job, accounts[job.account_id], mine))
    if not drafts:
        return []
    # Last, because the series stays locked until the commit.
    credit = _credits([draft.account.id for draft in drafts])
    first = take_numbers(f"INV-{market.code}-{on.year}", len(drafts))
    policies = policies_of(market)
    return [
        _issue(
            draft,
            reference(f"INV-{market.code}-{on.year}", first + place),
            on + timedelta(days=policies.due_days),
            policies,
            credit.get(draft.account.id, Decimal(0)),
            by,
        )
        for place, draft in enumerate(drafts)
    ]


def _issue(
    draft: _Draft, number: str, due_on: date, policies: Policies, credit: Decimal, by: Actor
) -> Invoice:
    account, period = draft.account, draft.job.period
    carried = _carried_over(draft)
    lines = [charge.money for charge in (*draft.charges, *carried)]
    taxed = tax_lines(lines, policies.tax, account.currency)
    invoice = Invoice(
        id=new_id(),
        number=number,
        account_id=account.id,
        market_code=account.market_code,
        currency=account.currency,
        period_start=period.start,
        period_end=period.end,
        issued_at=clock.now(),
        due_on=due_on,
        status=InvoiceStatus.OPEN,
        net=taxed.net.amount,
        tax=taxed.tax.amount,
        total=taxed.total.amount,
        paid=Decimal(0),
        credited=Decimal(0),
        charges=[*draft.charges, *carried],
    )
    db.session.add(invoice)
    _use_credit(invoice, credit)
    _announce(invoice, account, by)
    return invoice


def _carried_over(draft: _Draft) -> list[Charge]:
    """A bill is never negative: what is left over waits for the next one, before tax as it is."""
    surplus = total((charge.money for charge in draft.charges), draft.account.currency)
    if surplus.amount >= 0:
        return []
    here = _carry(draft, -surplus, "carried_on")
    there = _carry(draft, surplus, CARRIED_OVER)
    db.session.add_all([here, there])
    return [here]


def _carry(draft: _Draft, amount: Money, rule: str) -> Charge:
    end = draft.job.period.end
    return Charge(
        account_id=draft.account.id,
        kind=ChargeKind.CREDIT,
        description=rule,
        amount=amount.amount,
        currency=amount.currency,
        period_start=end,
        period_end=end,
        because={"rule": rule},
        effect_key=f"{rule}:{draft.account.id}:{end}",
        created_at=clock.now(),
    )


def _use_credit(invoice: Invoice, credit: Decimal) -> None:
    used = min(credit, invoice.total)
    if used > 0:
        invoice.paid = used
        db.session.add(
            AccountCredit(
                account_id=invoice.account_id,
                invoice=invoice,
                amount=-used,
                currency=invoice.currency,
                reason="used",
                effect_key=f"used:{invoice.id}",
                at=invoice.issued_at,
            )
        )
    if not invoice.due:
        invoice.status, invoice.paid_at = InvoiceStatus.PAID, invoice.issued_at


def _announce(invoice: Invoice, account: Account, by: Actor) -> None:
    whose = (invoice.id, account.id, account.customer_id, invoice.number)
    audit.record(
        by,
        "invoice.issued",
        "invoice",
        invoice.id,
        number=invoice.number,
        total=invoice.total_money,
    )
    events.announce(InvoiceIssued(*whose, invoice.total, invoice.currency, invoice.issued_at))
    if invoice.paid_at is not None:
        events.announce(InvoicePaid(*whose, invoice.paid_at))


def _open_charges(account_ids: Sequence[UUID]) -> dict[UUID, list[Charge]]:
    query = (
        select(Charge)
        .where(Charge.account_id.in_(account_ids), Charge.invoice_id.is_(None))
        .order_by(Charge.period_start, Charge.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[Charge]] = {each: [] for each in account_ids}
    for charge in db.session.scalars(query):
        found[charge.account_id].append(charge)
    return found


def _credits(account_ids: Sequence[UUID]) -> dict[UUID, Decimal]:
    query = (
        select(AccountCredit.account_id, func.sum(AccountCredit.amount))
        .where(AccountCredit.account_id.in_(account_ids))
        .group_by(AccountCredit.account_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
