"""The blocks that an unpaid bill puts on its account's lines, and lifting just those."""

from sqlalchemy import select

from app.billing.dunning import Action, block_reason
from app.billing.models import Invoice
from app.core import db
from app.core.actor import SYSTEM
from app.subscriptions import service as subscriptions
from app.subscriptions.models import Block, BlockEffect, Line

EFFECTS = {Action.BLOCK_OUTGOING: BlockEffect.OUTGOING, Action.DISCONNECT: BlockEffect.ALL}


def lift_blocks(invoice: Invoice) -> None:
    """Lift what was placed for this invoice, and nothing else."""
    reason = block_reason(invoice.id)
    query = select(Block.line_id).where(Block.reason == reason, Block.lifted_at.is_(None))
    query = query.join(Line).where(Line.account_id == invoice.account_id)
    for line_id in db.session.scalars(query.order_by(Block.line_id)).all():
        subscriptions.lift_block(line_id, reason, by=SYSTEM)
