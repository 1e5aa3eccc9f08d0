"""Prepaid plans that are over: outgoing use is barred until the next period is paid for."""

from uuid import UUID

from sqlalchemy import exists, select

from app.catalog.models import Mode
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.sweeps import one_by_one
from app.subscriptions import service as subscriptions
from app.subscriptions.access import line_for
from app.subscriptions.blocking import RULES
from app.subscriptions.models import Block, Line, LineStatus
from app.usage import queries
from app.usage.models import Balance
from app.usage.service.periods import renew

REASON = "plan_expired"


def block_expired(limit: int = 1000) -> int:
    """Bar prepaid lines whose plan is over; how many. Renewal had its turn before."""
    blocked = exists().where(
        Block.line_id == Line.id, Block.reason == REASON, Block.lifted_at.is_(None)
    )
    query = (
        select(Line.id)
        .join(Balance, Balance.line_id == Line.id)
        .where(
            Line.status == LineStatus.ACTIVE,
            Line.mode == Mode.PREPAID,
            Balance.paid_until <= clock.now(),
            ~blocked,
        )
        .order_by(Line.id)
        .limit(limit)
    )
    return one_by_one(_block, db.session.scalars(query).all())


def unblock_renewed(line_id: UUID) -> None:
    """A period was paid for: in the transaction that begins it."""
    subscriptions.lift_block(line_id, REASON, by=SYSTEM)


def renew_if_covered(line_id: UUID) -> bool:
    """After a top-up: begin the period that waits for it, if the balance pays for it now."""
    moment = clock.now()
    return bool(queries.due_for_renewal(moment, line_id=line_id)) and renew(line_id, moment)


def _block(line_id: UUID) -> bool:
    """Looked at again under the line's lock: it may have been renewed in the meantime."""
    with db.transaction():
        line = line_for(SYSTEM, line_id, lock=True)
        balance = db.session.get(Balance, line_id, populate_existing=True)
        over = balance and balance.paid_until and balance.paid_until <= clock.now()
        if line.status is not LineStatus.ACTIVE or not over:
            return False
        subscriptions.place_block(line_id, REASON, RULES[REASON].effect, by=SYSTEM)
    return True
