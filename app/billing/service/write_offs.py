"""Writing off what a closed account owes, above a limit by two persons, and undoing it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from app.billing.errors import (
    AccountInUse,
    DebtDisputed,
    NothingOwed,
    NothingWrittenOff,
    OwesOtherwise,
)
from app.billing.models import BadDebt, Dispute, DisputeState, Invoice, InvoiceStatus
from app.billing.service import bad_debts
from app.core import db
from app.core.actor import Actor
from app.core.money import Money, total
from app.customers.access import account_for
from app.customers.contact import plain_text
from app.customers.models import Account
from app.identity import approvals
from app.identity.events import ApprovalGranted
from app.identity.models import ApprovalRequest
from app.subscriptions.models import Line

ACTION = "billing.write_off"
LONGEST_REASON = 500


def ask_write_off(
    account_id: UUID, amount: Money, reason: str, *, by: Actor
) -> list[BadDebt] | ApprovalRequest:
    """Expect nothing more of a closed account; `amount` is all that it owes, as the doer saw it.

    What she may not write off alone becomes a request to a second person. Raises AccountInUse,
    NothingOwed, OwesOtherwise, DebtDisputed.
    """
    reason = _checked_reason(reason)
    with db.transaction():
        account = account_for(by, account_id, ACTION)
        invoices = _owing(account, amount)
        return approvals.done_or_asked(
            ACTION,
            account.id,
            by=by,
            market_code=account.market_code,
            amount=amount,
            why=reason,
            facts={"account": account.reference},
            do=lambda: [bad_debts.take_off(each, reason, by=by) for each in invoices],
        )


def write_off_approved(event: ApprovalGranted) -> None:
    """What a second person agreed to, in the transaction of her decision."""
    approver = approvals.approver_of(event)
    account = account_for(approver, UUID(event.object_id), ACTION)
    for invoice in _owing(account, event.money):
        bad_debts.take_off(invoice, event.why, by=approver)


def undo_write_off(account_id: UUID, amount: Money, reason: str, *, by: Actor) -> list[BadDebt]:
    """What is written off and was not recovered, `amount` in all, is owed as before.

    Raises NothingWrittenOff, OwesOtherwise.
    """
    reason = _checked_reason(reason)
    with db.transaction():
        account = account_for(by, account_id, ACTION)
        query = select(Invoice).where(Invoice.account_id == account.id, Invoice.written_off > 0)
        invoices = db.session.scalars(_locked(query)).all()
        if not invoices:
            raise NothingWrittenOff
        written_off = (Money(each.written_off, each.currency) for each in invoices)
        _check_same(total(written_off, account.currency), amount)
        return [bad_debts.put_back(each, reason, by=by) for each in invoices]


def _owing(account: Account, amount: Money) -> Sequence[Invoice]:
    """The open invoices of a closed account, locked, when they come to just that."""
    in_use = select(Line.id).where(Line.account_id == account.id, Line.closed_at.is_(None))
    if db.session.scalar(in_use.limit(1)) is not None:
        raise AccountInUse
    query = select(Invoice).where(
        Invoice.account_id == account.id, Invoice.status == InvoiceStatus.OPEN
    )
    invoices = db.session.scalars(_locked(query)).all()
    owed = total((each.due for each in invoices), account.currency)
    if not owed:
        raise NothingOwed
    _check_same(owed, amount)
    disputed = select(Dispute.id).where(
        Dispute.invoice_id.in_([each.id for each in invoices]), Dispute.state == DisputeState.OPEN
    )
    if db.session.scalar(disputed.limit(1)) is not None:
        raise DebtDisputed
    return invoices


def _locked(query: Select[Invoice]) -> Select[Invoice]:
    ordered = query.order_by(Invoice.id).with_for_update(of=Invoice)
    return ordered.execution_options(populate_existing=True)


def _check_same(owed: Money, seen: Money) -> None:
    if owed != seen:
        raise OwesOtherwise(owed=str(owed.rounded().amount), currency=owed.currency)


def _checked_reason(reason: str) -> str:
    return plain_text(reason, field="reason", longest=LONGEST_REASON)
