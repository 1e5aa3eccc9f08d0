"""Placing and lifting blocks. Each has its reason; lifting one leaves the others."""

from uuid import UUID

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.customers.contact import plain_text
from app.subscriptions import access
from app.subscriptions.errors import LineNotActive
from app.subscriptions.events import BlockLifted, BlockPlaced
from app.subscriptions.models import Block, BlockEffect, Line, LineStatus


def place_block(line_id: UUID, reason: str, effect: BlockEffect | str, *, by: Actor) -> Block:
    """Restrict the line. The same reason again changes nothing but, perhaps, the effect."""
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.block", lock=True)
        if line.status is LineStatus.CLOSED:
            raise LineNotActive
        effect = BlockEffect(effect)
        block = _in_force(line, reason)
        if block is not None and block.effect is effect:
            return block
        before = block.effect if block else None
        if block is None:
            reason = plain_text(reason, field="reason")
            block = Block(line=line, reason=reason, effect=effect, placed_at=clock.now())
            db.session.add(block)
        block.effect = effect
        audit.record(by, "line.blocked", "line", line.id, reason=reason, effect=(before, effect))
        events.announce(BlockPlaced(line.id, reason, effect.value))
    return block


def lift_block(line_id: UUID, reason: str, *, by: Actor) -> Block | None:
    """End the block with this reason; None when there is none in force."""
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.block", lock=True)
        block = _in_force(line, reason)
        if block is None:
            return None
        block.lifted_at = clock.now()
        audit.record(by, "line.block_lifted", "line", line.id, reason=reason)
        events.announce(BlockLifted(line.id, reason, block.effect.value))
    return block


def _in_force(line: Line, reason: str) -> Block | None:
    return next((b for b in line.blocks if b.reason == reason and b.lifted_at is None), None)
