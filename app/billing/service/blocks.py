"""What an unpaid bill does to its account's lines, and undoing just that: blocks, and the order
that they are disconnected for good."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select

from app.billing.dunning import Action, block_reason
from app.billing.models import DunningStep, Invoice, InvoiceStatus
from app.core import db
from app.core.actor import SYSTEM
from app.subscriptions import service as subscriptions
from app.subscriptions.models import (
    Block,
    BlockEffect,
    Disconnection,
    Leaving,
    Line,
    OrderStatus,
)

EFFECTS = {Action.BLOCK_OUTGOING: BlockEffect.OUTGOING, Action.DISCONNECT: BlockEffect.ALL}
PAID = "paid"


def lift_blocks(invoice: Invoice) -> None:
    """Lift what was placed for this invoice, and nothing else. Lines that were to be disconnected
    for it stay, unless another bill wants it too."""
    reason = block_reason(invoice.id)
    query = select(Block.line_id).where(Block.reason == reason, Block.lifted_at.is_(None))
    query = query.join(Line).where(Line.account_id == invoice.account_id)
    for line_id in db.session.scalars(query.order_by(Block.line_id)).all():
        subscriptions.lift_block(line_id, reason, by=SYSTEM)
    if not is_dunned_off(invoice.account_id, beside=invoice.id):
        _keep_lines(invoice.account_id)


def forget_steps(invoice: Invoice, actions: Iterable[Action]) -> None:
    """Dunning takes them again when it comes by."""
    taken = delete(DunningStep).where(DunningStep.invoice_id == invoice.id)
    db.session.execute(taken.where(DunningStep.action.in_(list(actions))))


def is_dunned_off(account_id: UUID, *, beside: UUID | None = None) -> bool:
    """Whether an open bill of the account, other than `beside`, has come to the last step."""
    query = (
        select(Invoice.id)
        .join(DunningStep, DunningStep.invoice_id == Invoice.id)
        .where(
            Invoice.account_id == account_id,
            Invoice.status == InvoiceStatus.OPEN,
            Invoice.id.is_distinct_from(beside),
            DunningStep.action == Action.DISCONNECT,
        )
    )
    return db.session.scalar(query.limit(1)) is not None


def _keep_lines(account_id: UUID) -> None:
    query = (
        select(Disconnection.id)
        .join(Line)
        .where(
            Line.account_id == account_id,
            Disconnection.reason == Leaving.DUNNING,
            Disconnection.status == OrderStatus.PENDING,
        )
    )
    for order_id in db.session.scalars(query.order_by(Line.id)).all():
        subscriptions.take_back(order_id, by=SYSTEM, why=PAID)
