"""Money that reached the bank: taken in from statements, and allocated by people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.billing import access as billing
from app.billing.models import Invoice, InvoiceStatus
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.money import Money, total
from app.core.turns import take_turn
from app.customers.contact import plain_text
from app.identity import approvals
from app.identity.events import ApprovalGranted
from app.identity.models import ApprovalRequest
from app.markets.queries import market as market_of
from app.payments import statements
from app.payments.amounts import checked
from app.payments.errors import NothingLeft
from app.payments.events import CashReceived, CashReturned
from app.payments.models import CashUse, Payment, PaymentStatus, UnallocatedCash
from app.payments.service import offline, outcomes
from app.payments.statements import Row

PERMISSION = "payments.reconcile"
# Rows in one statement, which takes 65,535 values at most.
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Imported:
    """Rows that paid the bill they named, wait for a person, and were known before."""

    paid: int
    waiting: int
    known: int
    sum: Money


def import_statement(market_code: str, content: bytes, *, by: Actor) -> Imported:
    """Take in a bank's statement of a market, whole or not at all; the same again changes nothing.
    Numbers of transactions are the market's own: banks elsewhere count for themselves.

    A row that names an open bill pays it; every other waits as unallocated. Raises BadStatement.
    """
    with db.transaction():
        by.must(PERMISSION)
        market = market_of(market_code)
        if not by.sees_market(market_code):
            raise NotFound
        rows = statements.read(content, market.currency)
        take_turn(f"statement:{market_code}")
        fresh = _unknown(rows, market_code)
        bills = _open_bills(fresh, market_code)
        for row in fresh:
            if row.reference in bills:
                _pay(row, bills[row.reference], by)
        waiting = [row for row in fresh if row.reference not in bills]
        _keep(waiting, market_code)
        summed = total((row.amount for row in rows), market.currency)
        audit.record(by, "statement.imported", "market", market_code, rows=len(rows), sum=summed)
    known = len(rows) - len(fresh)
    return Imported(len(fresh) - len(waiting), len(waiting), known, summed)


def cash_for(by: Actor, cash_id: UUID, *, lock: bool = False) -> UnallocatedCash:
    """The one door: staff of its market. Raises NotFound, Forbidden."""
    query = select(UnallocatedCash).where(UnallocatedCash.id == cash_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None or not by.is_staff or not by.sees_market(found.market_code):
        raise NotFound
    by.must(PERMISSION)
    return found


def allocate(cash_id: UUID, invoice_id: UUID, amount: Money, *, by: Actor) -> Payment:
    """Pay a bill of the same market with all or a part of it; the rest goes on waiting.

    More than is due becomes the account's credit. Raises NothingLeft, AmountOutOfBounds.
    """
    with db.transaction():
        cash = cash_for(by, cash_id, lock=True)
        amount = _part(cash, amount)
        invoice = billing.invoice_for(by, invoice_id, lock=True)
        if invoice.market_code != cash.market_code or invoice.currency != cash.currency:
            raise NotFound
        use = _use(cash, amount, by, reason=invoice.number)
        payment = Payment(
            id=new_id(),
            account_id=invoice.account_id,
            invoice_id=invoice.id,
            amount=amount.amount,
            currency=amount.currency,
            status=PaymentStatus.SUCCEEDED,
            provider=offline.PROVIDER,
            transaction_id=cash.transaction_id,
            method={"kind": "bank_transfer"},
            idempotency_key=f"cash:{use.id}",
            asked={},
            created_at=clock.now(),
            settled_at=clock.now(),
            cash_id=cash.id,
        )
        db.session.add(payment)
        db.session.flush()  # the settlement speaks of it by id
        use.payment_id = payment.id
        outcomes.take_effect(payment, by=by)
    return payment


def ask_return(
    cash_id: UUID, amount: Money, *, by: Actor, reason: str
) -> CashUse | ApprovalRequest:
    """Send all or a part back to the payer; above the doer's limit a second person agrees first."""
    reason = plain_text(reason, field="reason", longest=500)
    with db.transaction():
        cash = cash_for(by, cash_id, lock=True)
        by.must("payments.refund")
        amount = _part(cash, amount)
        returned = db.session.scalars(
            select(CashUse.amount).where(CashUse.cash_id == cash.id, CashUse.payment_id.is_(None))
        )
        return approvals.done_or_asked(
            "payments.refund",
            cash.id,
            by=by,
            market_code=cash.market_code,
            amount=amount,
            in_all=Money(sum(returned, amount.amount), amount.currency),
            why=reason,
            facts={"cash": True},
            do=lambda: _return(cash, amount, by, reason),
        )


def return_approved(event: ApprovalGranted) -> None:
    """In the transaction of the decision."""
    approver = approvals.approver_of(event)
    cash = cash_for(approver, UUID(event.object_id), lock=True)
    _return(cash, _part(cash, event.money), approver, event.why)


def _return(cash: UnallocatedCash, amount: Money, by: Actor, reason: str) -> CashUse:
    use = _use(cash, amount, by, reason=reason)
    events.announce(CashReturned(use.id, cash.id, amount.amount, amount.currency))
    return use


def _use(cash: UnallocatedCash, amount: Money, by: Actor, *, reason: str) -> CashUse:
    cash.used += amount.amount
    use = CashUse(id=new_id(), cash_id=cash.id, amount=amount.amount, reason=reason, at=clock.now())
    db.session.add(use)
    db.session.flush()  # listeners look it up
    audit.record(by, "cash.used", "unallocated_cash", cash.id, amount=amount, reason=reason)
    return use


def _part(cash: UnallocatedCash, amount: Money) -> Money:
    amount = checked(amount, cash.currency)
    if amount > cash.left:
        raise NothingLeft
    return amount


def _unknown(rows: Sequence[Row], market_code: str) -> list[Row]:
    numbers = [row.transaction for row in rows]
    kept = select(UnallocatedCash.transaction_id).where(
        UnallocatedCash.market_code == market_code, UnallocatedCash.transaction_id.in_(numbers)
    )
    keys = {offline.key_of(market_code, number): number for number in numbers}
    paid = select(Payment.idempotency_key).where(Payment.idempotency_key.in_(keys))
    known = set(db.session.scalars(kept)) | {keys[key] for key in db.session.scalars(paid)}
    return [row for row in rows if row.transaction not in known]


def _open_bills(rows: Sequence[Row], market_code: str) -> dict[str, UUID]:
    query = select(Invoice.number, Invoice.id).where(
        Invoice.number.in_([row.reference for row in rows]),
        Invoice.market_code == market_code,
        Invoice.status == InvoiceStatus.OPEN,
    )
    return {row.number: row.id for row in db.session.execute(query)}


def _pay(row: Row, invoice_id: UUID, by: Actor) -> None:
    offline.book_payment(
        invoice_id,
        by=by,
        method={"kind": "bank_transfer"},
        transaction_id=row.transaction,
        at=_moment(row),
        amount=row.amount,
        permission=PERMISSION,
    )


def _keep(rows: Sequence[Row], market_code: str) -> None:
    kept: list[UUID] = []
    for start in range(0, len(rows), AT_ONCE):
        made = [_row(row, market_code) for row in rows[start : start + AT_ONCE]]
        statement = insert(UnallocatedCash).values(made).on_conflict_do_nothing()
        kept += db.session.scalars(statement.returning(UnallocatedCash.id))
    if kept:
        events.announce(CashReceived(tuple(kept)))


def _row(row: Row, market_code: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "market_code": market_code,
        "transaction_id": row.transaction,
        "amount": row.amount.amount,
        "used": Decimal(0),
        "currency": row.amount.currency,
        "payer": row.payer,
        "reference": row.reference,
        "received_at": _moment(row),
        "created_at": clock.now(),
    }


def _moment(row: Row) -> datetime:
    return datetime.combine(row.on, time(12), UTC)
