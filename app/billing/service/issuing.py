"""From drafts to invoices: charges, tax, numbers, what credit pays; a statement each for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.audit import service as audit
from app.billing.events import InvoiceIssued, InvoicePaid, InvoicesIssued
from app.billing.models import AccountCredit, Charge, ChargeKind, Invoice, InvoiceStatus
from app.billing.overage import close as close_usage
from app.billing.service import charges, drafting
from app.billing.service.drafting import CARRIED_OVER, Draft
from app.billing.service.due import Job
from app.core import bulk, clock, db, events
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.money import Money
from app.core.references import reference, take_numbers
from app.markets.models import Market
from app.usage import service as usage

_TAKE_IN = text(
    """
    UPDATE charge SET invoice_id = new.invoice_id
    FROM unnest(CAST(:ids AS uuid[]), CAST(:invoice_ids AS uuid[])) AS new (id, invoice_id)
    WHERE charge.id = new.id
    """
)


@dataclass(frozen=True, slots=True)
class Issued:
    """How many invoices, and what they come to, tax included."""

    count: int
    amount: Decimal

    def __add__(self, other: "Issued") -> "Issued":
        return Issued(self.count + other.count, self.amount + other.amount)


NOTHING = Issued(0, Decimal(0))


@dataclass(frozen=True, slots=True)
class _Bill:
    draft: Draft
    row: dict[str, Any]
    credit_used: Decimal

    @property
    def whose(self) -> tuple[UUID, UUID, UUID, str]:
        payer = self.draft.payer
        return self.draft.id, payer.id, payer.customer_id, self.row["number"]


def bill(
    jobs: Sequence[Job],
    accounts: dict[UUID, drafting.Payer],
    market: Market,
    by: Actor,
) -> Issued:
    """Invoices for the jobs that have charges, in the caller's transaction, accounts locked.

    Of whatever days they are, they are issued today: it gives them their year and their due day.

    Everything is read, reckoned and written before the numbers are taken: their series stays
    locked until the commit, and other batches wait for it. Usage is held meanwhile, so that what
    is summed is what is closed.
    """
    usage.hold([job.account_id for job in jobs])
    made = drafting.drafts(jobs, accounts, market)
    new = charges.write_billed(
        (draft.payer.id, draft.id, charge) for draft in made for charge in draft.fresh
    )
    drafting.keep_new(made, new)
    drafting.add_waiting(made, lock=True)
    worth = [draft for draft in made if draft.is_worth_a_bill]
    if not worth:
        return NOTHING
    credit = drafting.credits_of(worth)
    today = clock.today(market.timezone)
    bills = [_bill(draft, market, today, credit.get(draft.payer.id)) for draft in worth]
    _take_in_waiting(worth)
    _carry_over(worth)
    _number(bills, f"INV-{market.code}-{today.year}")
    bulk.insert(Invoice, [each.row for each in bills])
    _use_credit(bills)
    close_usage(((draft.payer.id, draft.job.billed.end) for draft in worth), market.timezone)
    _tell(bills, by)
    return Issued(len(bills), sum((each.row["total"] for each in bills), Decimal(0)))


def _bill(draft: Draft, market: Market, today: date, credit: Decimal | None) -> _Bill:
    taxed, moment = draft.taxed, clock.now()
    total = taxed.total.amount
    used = max(Decimal(0), min(credit or Decimal(0), total))
    paid = used == total
    row = {
        "id": draft.id,
        "number": "",
        "account_id": draft.payer.id,
        "market_code": market.code,
        "currency": draft.payer.currency,
        "period_start": draft.job.billed.start,
        "period_end": draft.job.billed.end,
        "issued_at": moment,
        "due_on": today + timedelta(days=draft.policies.due_days),
        "status": InvoiceStatus.PAID if paid else InvoiceStatus.OPEN,
        "net": taxed.net.amount,
        "tax": taxed.tax.amount,
        "total": total,
        "paid": used,
        "credited": Decimal(0),
        "debited": Decimal(0),
        "written_off": Decimal(0),
        "paid_at": moment if paid else None,
    }
    return _Bill(draft, row, used)


def _number(bills: Sequence[_Bill], series: str) -> None:
    first = take_numbers(series, len(bills))
    for place, each in enumerate(bills):
        each.row["number"] = reference(series, first + place)


def _take_in_waiting(worth: Sequence[Draft]) -> None:
    pairs = [(each.id, draft.id) for draft in worth for each in draft.waiting]
    if pairs:
        ids, invoice_ids = zip(*pairs, strict=True)
        db.session.execute(_TAKE_IN, {"ids": list(ids), "invoice_ids": list(invoice_ids)})


def _carry_over(worth: Sequence[Draft]) -> None:
    """What is left over is added here and waits for the next bill."""
    rows = []
    for draft in worth:
        if surplus := draft.surplus:
            rows.append(_carry(draft, surplus, "carried_on", draft.id))
            rows.append(_carry(draft, -surplus, CARRIED_OVER, None))
    bulk.insert(Charge, rows)


def _carry(draft: Draft, amount: Money, rule: str, invoice_id: UUID | None) -> dict[str, Any]:
    end = draft.job.billed.end
    return {
        "id": new_id(),
        "account_id": draft.payer.id,
        "kind": ChargeKind.CREDIT,
        "description": rule,
        "amount": amount.amount,
        "currency": amount.currency,
        "period_start": end,
        "period_end": end,
        "because": {"rule": rule},
        "effect_key": f"{rule}:{draft.payer.id}:{end}",
        "invoice_id": invoice_id,
        "created_at": clock.now(),
    }


def _use_credit(bills: Sequence[_Bill]) -> None:
    rows = [
        {
            "id": new_id(),
            "account_id": each.draft.payer.id,
            "invoice_id": each.draft.id,
            "amount": -each.credit_used,
            "currency": each.draft.payer.currency,
            "reason": "used",
            "effect_key": f"used:{each.draft.id}",
            "at": each.row["issued_at"],
        }
        for each in bills
        if each.credit_used
    ]
    bulk.insert(AccountCredit, rows)


def _tell(bills: Sequence[_Bill], by: Actor) -> None:
    facts = {
        each.draft.id: {
            "number": each.row["number"],
            "total": Money(each.row["total"], each.row["currency"]),
        }
        for each in bills
    }
    audit.record_all(by, "invoice.issued", "invoice", facts)
    events.announce_all(
        [
            InvoiceIssued(
                *each.whose, each.row["total"], each.row["currency"], each.row["issued_at"]
            )
            for each in bills
        ]
    )
    events.announce(InvoicesIssued(tuple(facts)))
    paid = [each for each in bills if each.row["paid_at"] is not None]
    events.announce_all([InvoicePaid(*each.whose, each.row["paid_at"]) for each in paid])
