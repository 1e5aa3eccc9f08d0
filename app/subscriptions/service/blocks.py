"""Placing and lifting blocks. Each has its reason; lifting one leaves the others."""

from uuid import UUID

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid
from app.customers.contact import plain_text
from app.subscriptions import access
from app.subscriptions.blocking import BlockRule, family_of, rule_of
from app.subscriptions.errors import NotThisBlock
from app.subscriptions.events import BlockLifted, BlockPlaced
from app.subscriptions.models import Block, BlockEffect, Line
from app.subscriptions.service.standing import refuse_gone


def place_block(line_id: UUID, reason: str, effect: BlockEffect | str, *, by: Actor) -> Block:
    """Restrict the line. The same reason again changes nothing but, perhaps, the effect.

    Raises NotThisBlock when the reason is not theirs (see blocking.RULES), Invalid for one that
    nobody knows, LinePorted or LineDisconnected.
    """
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.block", lock=True)
        if not _rule(reason).may_place(by):
            raise NotThisBlock(rule=family_of(reason))
        return block(line, reason, BlockEffect(effect), by=by)


def lift_block(line_id: UUID, reason: str, *, by: Actor) -> Block | None:
    """End the block with this reason; None when there is none in force. Raises NotThisBlock."""
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.block", lock=True)
        if not _rule(reason).may_lift(by):
            raise NotThisBlock(rule=family_of(reason))
        return unblock(line, reason, by=by)


def block(line: Line, reason: str, effect: BlockEffect, *, by: Actor) -> Block:
    """For commands that have their own rule who may: the line is locked, `by` was checked."""
    refuse_gone(line)
    found = _in_force(line, reason)
    if found is not None and found.effect is effect:
        return found
    before = found.effect if found else None
    if found is None:
        reason = plain_text(reason, field="reason")
        found = Block(
            line=line, reason=reason, effect=effect, placed_at=clock.now(), placed_by=by.name
        )
        db.session.add(found)
    found.effect = effect
    audit.record(by, "line.blocked", "line", line.id, reason=reason, effect=(before, effect))
    events.announce(BlockPlaced(line.id, reason, effect.value))
    return found


def unblock(line: Line, reason: str, *, by: Actor) -> Block | None:
    found = _in_force(line, reason)
    if found is None:
        return None
    found.lifted_at, found.lifted_by = clock.now(), by.name
    audit.record(by, "line.block_lifted", "line", line.id, reason=reason)
    events.announce(BlockLifted(line.id, reason, found.effect.value))
    return found


def _rule(reason: str) -> BlockRule:
    rule = rule_of(reason)
    if rule is None:
        raise Invalid(field="reason")
    return rule


def _in_force(line: Line, reason: str) -> Block | None:
    return next((b for b in line.blocks if b.reason == reason and b.lifted_at is None), None)
