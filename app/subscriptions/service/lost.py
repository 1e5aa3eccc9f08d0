"""A SIM that is lost or stolen: blocked at once, used again with another card or when it is found.

The customer proves with a code sent to another of her addresses that it is she who asks.
"""

from uuid import UUID

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid
from app.identity import codes
from app.identity.models import OneTimeCode
from app.subscriptions import access
from app.subscriptions.blocking import MISSING_SIM
from app.subscriptions.errors import NotThisBlock
from app.subscriptions.events import SimReportedMissing
from app.subscriptions.models import Block, BlockEffect, Line, Sim
from app.subscriptions.queries import addresses_beside
from app.subscriptions.service.blocks import block, unblock
from app.subscriptions.service.sims import replace_sim
from app.subscriptions.service.standing import refuse_gone, refuse_without_sim

PURPOSE = "missing_sim"


def send_code(line_id: UUID, address_id: UUID, *, by: Actor) -> OneTimeCode:
    """Send her a code to one of her verified addresses, never to the missing SIM itself."""
    with db.transaction():
        line = access.line_for(by, line_id, "portal.enter")
        refuse_gone(line)
        for address in addresses_beside(line):
            if address.id == address_id:
                return codes.issue(
                    by.id, PURPOSE, line.id, by=by, channel=address.channel, address=address.value
                )
    raise Invalid(field="address")


def report_with_code(line_id: UUID, reason: str, code_id: UUID, code: str, *, by: Actor) -> Block:
    """The emergency block by the customer herself. Raises WrongCode, Invalid."""
    _check(reason)
    codes.attempt(code_id, code, owner_id=by.id, purpose=PURPOSE, object_id=line_id)
    with db.transaction():
        codes.spend(code_id)
        line = access.line_for(by, line_id, "portal.enter", lock=True)
        return _report(line, reason, by)


def report_missing(line_id: UUID, reason: str, *, by: Actor) -> Block:
    """The same by support, for a customer who called. Raises NotThisBlock for customers."""
    _check(reason)
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.block", lock=True)
        if by.is_customer:
            raise NotThisBlock(rule=reason)
        return _report(line, reason, by)


def report_proven(line_id: UUID, reason: str, *, by: Actor) -> Block:
    """The same for a customer who has just proven otherwise that it is she, as by her care PIN."""
    _check(reason)
    with db.transaction():
        return _report(access.line_for(by, line_id, "portal.enter", lock=True), reason, by)


def found_again(line_id: UUID, *, by: Actor) -> list[Block]:
    """The same card is used again: lifts lost and stolen, and nothing else."""
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.block", lock=True)
        if by.is_customer:
            raise NotThisBlock(rule="lost")
        return _lift(line, by)


def replace_missing(line_id: UUID, new_iccid: str | None = None, *, by: Actor) -> Sim:
    """Another card, and the line works again unless something else blocks it."""
    with db.transaction():
        sim = replace_sim(line_id, new_iccid, by=by)
        _lift(access.line_for(by, line_id, "subscriptions.sim", lock=True), by)
    return sim


def _report(line: Line, reason: str, by: Actor) -> Block:
    refuse_without_sim(line)
    placed = block(line, reason, BlockEffect.ALL, by=by)
    audit.record(by, "line.sim_missing", "line", line.id, reason=reason)
    events.announce(SimReportedMissing(line.id, line.customer_id, reason, clock.now()))
    return placed


def _lift(line: Line, by: Actor) -> list[Block]:
    lifted = [unblock(line, reason, by=by) for reason in MISSING_SIM]
    return [each for each in lifted if each is not None]


def _check(reason: str) -> None:
    if reason not in MISSING_SIM:
        raise Invalid(field="reason")
