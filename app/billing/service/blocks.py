"""Blocks and bills: those an unpaid bill puts on lines, and the days that blocks took from them."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Uuid, any_, literal, select

from app.billing.dunning import Action, block_reason
from app.billing.models import Invoice
from app.billing.periods import Period
from app.billing.service.due import Job
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


def blocked_days(jobs: Sequence[Job], timezone: str) -> dict[UUID, list[Period]]:
    """By line the days of its account's period on which it was barred, each day once.

    A line that was only slowed down was not blocked.
    """
    periods = {job.account_id: job.period for job in jobs}
    zone = ZoneInfo(timezone)
    query = (
        select(Line.id, Line.account_id, Block.placed_at, Block.lifted_at)
        .join(Block, Block.line_id == Line.id)
        .where(
            Line.account_id == any_(literal(list(periods), ARRAY(Uuid))),
            Block.effect != BlockEffect.THROTTLE,
        )
        .order_by(Block.placed_at)
    )
    found: dict[UUID, list[Period]] = {}
    for line_id, account_id, placed_at, lifted_at in db.session.execute(query):
        period, days = periods[account_id], found.setdefault(line_id, [])
        start = max(placed_at.astimezone(zone).date(), period.start)
        if days:
            start = max(start, days[-1].end)
        end = min(lifted_at.astimezone(zone).date() if lifted_at else period.end, period.end)
        if start < end:
            days.append(Period(start, end))
    return found
