"""Dunning: reminding of unpaid bills, blocking lines for them, and disconnecting them at last."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.billing import access, queries
from app.billing.dunning import Action, Step, block_reason, steps_reached
from app.billing.events import DunningStepTaken
from app.billing.models import DunningStep, Invoice
from app.billing.policies import policies_of
from app.billing.service import holds
from app.billing.service.blocks import EFFECTS
from app.billing.service.leaving import disconnect_line
from app.catalog.models import Mode
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import NotFound
from app.core.sweeps import one_by_one
from app.markets.queries import market as market_of
from app.subscriptions import service as subscriptions
from app.subscriptions.models import BlockEffect, Leaving, Line, LineStatus


def apply_dunning(market_code: str, on: date, *, by: Actor) -> int:
    """Take every step reached by `on`, a day of the market, each once; returns how many."""
    with db.transaction():
        by.must("billing.run")
        if not by.sees_market(market_code):
            raise NotFound(market=market_code)
        steps = policies_of(market_of(market_code)).dunning
        late = queries.to_be_dunned(market_code, on, steps)
    return one_by_one(partial(_dun, steps=steps, on=on, by=by), late)


def _dun(invoice_id: UUID, steps: tuple[Step, ...], on: date, by: Actor) -> int:
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, lock=True)
        if not invoice.is_open or not _may_be_reminded(invoice):
            return 0
        taken = select(DunningStep.action).where(DunningStep.invoice_id == invoice.id)
        before = set(db.session.scalars(taken))
        reached = steps_reached(steps, due_on=invoice.due_on, today=on)
        missing = [step for step in reached if step.action not in before]
        for step in missing:
            _take(invoice, step, by)
    return len(missing)


def _may_be_reminded(invoice: Invoice) -> bool:
    """Not of what is disputed, and never somebody who has died."""
    return not holds.is_held(invoice) and invoice.account.customer.deceased_at is None


def _take(invoice: Invoice, step: Step, by: Actor) -> None:
    moment, action = clock.now(), step.action
    db.session.add(DunningStep(invoice_id=invoice.id, action=action, taken_at=moment))
    if action in EFFECTS:
        _block(invoice, EFFECTS[action])
    if action is Action.DISCONNECT:
        _disconnect(invoice)
    audit.record(by, "invoice.dunned", "invoice", invoice.id, action=action)
    events.announce(
        DunningStepTaken(
            invoice.id,
            invoice.account_id,
            invoice.account.customer_id,
            action.value,
            moment,
            step.template,
        )
    )


def _disconnect(invoice: Invoice) -> None:
    """For good, unless it is paid before the days are over that a market gives every closure."""
    for line_id in _lines(invoice):
        disconnect_line(line_id, Leaving.DUNNING, by=SYSTEM)


def _lines(invoice: Invoice) -> Sequence[UUID]:
    query = select(Line.id).where(
        Line.account_id == invoice.account_id,
        Line.mode == Mode.POSTPAID,
        Line.status == LineStatus.ACTIVE,
    )
    return db.session.scalars(query.order_by(Line.id)).all()


def _block(invoice: Invoice, effect: BlockEffect) -> None:
    for line_id in _lines(invoice):
        subscriptions.place_block(line_id, block_reason(invoice.id), effect, by=SYSTEM)
