"""Dunning: reminding of unpaid bills, blocking lines for them, and lifting just those blocks."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.billing import access, queries
from app.billing.dunning import Action, Step, block_reason, steps_reached
from app.billing.events import DunningStepTaken
from app.billing.models import DunningStep, Invoice
from app.billing.policies import policies_of
from app.billing.service import holds
from app.catalog.models import Mode
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import NotFound
from app.markets.queries import market as market_of
from app.subscriptions import service as subscriptions
from app.subscriptions.models import Block, BlockEffect, Line, LineStatus

_EFFECTS = {Action.BLOCK_OUTGOING: BlockEffect.OUTGOING, Action.DISCONNECT: BlockEffect.ALL}


def apply_dunning(market_code: str, on: date, *, by: Actor) -> int:
    """Take every step reached by `on`, a day of the market, each once; returns how many."""
    with db.transaction():
        by.must("billing.run")
        if not by.sees_market(market_code):
            raise NotFound(market=market_code)
        steps = policies_of(market_of(market_code)).dunning
        late = queries.unpaid_since(market_code, on)
    return sum(_dun(invoice_id, steps, on, by) for invoice_id in late)


def lift_blocks(invoice: Invoice) -> None:
    """Lift what was placed for this invoice, and nothing else."""
    reason = block_reason(invoice.id)
    query = select(Block.line_id).where(Block.reason == reason, Block.lifted_at.is_(None))
    query = query.join(Line).where(Line.account_id == invoice.account_id)
    for line_id in db.session.scalars(query.order_by(Block.line_id)).all():
        subscriptions.lift_block(line_id, reason, by=SYSTEM)


def _dun(invoice_id: UUID, steps: tuple[Step, ...], on: date, by: Actor) -> int:
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, lock=True)
        if not invoice.is_open or holds.is_held(invoice):
            return 0
        taken = select(DunningStep.action).where(DunningStep.invoice_id == invoice.id)
        before = set(db.session.scalars(taken))
        reached = steps_reached(steps, due_on=invoice.due_on, today=on)
        missing = [step.action for step in reached if step.action not in before]
        for action in missing:
            _take(invoice, action, by)
    return len(missing)


def _take(invoice: Invoice, action: Action, by: Actor) -> None:
    moment = clock.now()
    db.session.add(DunningStep(invoice_id=invoice.id, action=action, taken_at=moment))
    if action in _EFFECTS:
        _block(invoice, _EFFECTS[action])
    audit.record(by, "invoice.dunned", "invoice", invoice.id, action=action)
    events.announce(
        DunningStepTaken(
            invoice.id, invoice.account_id, invoice.account.customer_id, action.value, moment
        )
    )


def _block(invoice: Invoice, effect: BlockEffect) -> None:
    query = select(Line.id).where(
        Line.account_id == invoice.account_id,
        Line.mode == Mode.POSTPAID,
        Line.status == LineStatus.ACTIVE,
    )
    for line_id in db.session.scalars(query.order_by(Line.id)).all():
        subscriptions.place_block(line_id, block_reason(invoice.id), effect, by=SYSTEM)
