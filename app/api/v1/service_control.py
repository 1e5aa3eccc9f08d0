"""Blocking and unblocking, and what restricts a line now."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from app.api.v1 import bp, finding
from app.api.v1.asking import Sending, Shown, client_with, commands, reads
from app.core.errors import Forbidden
from app.core.i18n import lazy
from app.subscriptions import service
from app.subscriptions.blocking import rule_of
from app.subscriptions.models import BlockEffect, Line, LineStatus
from app.subscriptions.queries import effect_in_force
from app.web.login import current_actor

# Blocks that a rule places are lifted by that rule, as when the bill is paid.
_BY_RULE = ("dunning",)
_Reason = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
_Standing = Literal["PENDING", "ACTIVE", "TEMP_BLOCKED", "PERMANENT_DISCONNECTED"]


class BlockOfARule(Forbidden):
    code = "block_of_a_rule"
    message = lazy("A rule places and lifts this block, as when the bill is paid.")


class Block(Sending):
    """Unless told otherwise, outgoing use is barred and incoming allowed; of a SIM that is lost or
    stolen, for fraud and by a court's order everything is barred."""

    reason: _Reason
    effect: BlockEffect | None = None


class Unblock(Sending):
    """Lifts the block with this reason and leaves the others."""

    reason: _Reason


class InForce(Shown):
    reason: str
    effect: BlockEffect
    placed_at: datetime


class LineStanding(Shown):
    """`effect` is that of the strongest block in force."""

    line_id: UUID
    number: str
    status: _Standing
    effect: BlockEffect | None
    blocks: list[InForce]


class Standing(Shown):
    lines: list[LineStanding]


@bp.post("/service-control/block/<user_id>")
@client_with("subscriptions.block")
@commands(Standing, body=Block)
def block(wanted: Block, *, user_id: str, key: str) -> Standing:  # noqa: ARG001 - kept by the decorator
    """Block a line (by id or number), or every line of a customer (by id or reference)."""
    _not_a_rules(wanted.reason)
    by = current_actor()
    found = finding.lines(user_id, "subscriptions.block", by=by)
    effect = wanted.effect or _usual_effect(wanted.reason)
    for line in found:
        service.place_block(line.id, wanted.reason, effect, by=by)
    return Standing(lines=[_standing(each) for each in found])


@bp.post("/service-control/unblock/<user_id>")
@client_with("subscriptions.block")
@commands(Standing, body=Unblock)
def unblock(wanted: Unblock, *, user_id: str, key: str) -> Standing:  # noqa: ARG001 - kept by the decorator
    """Lift the block with this reason; other blocks stay."""
    _not_a_rules(wanted.reason)
    by = current_actor()
    found = finding.lines(user_id, "subscriptions.block", by=by)
    for line in found:
        service.lift_block(line.id, wanted.reason, by=by)
    return Standing(lines=[_standing(each) for each in found])


@bp.get("/service-status/<user_id>")
@client_with("customers.read")
@reads(Standing)
def service_status(user_id: str) -> Standing:
    """Whether a line, or each line of a customer, works, and why not."""
    found = finding.lines(user_id, "customers.read", by=current_actor(), also_closed=True)
    return Standing(lines=[_standing(each) for each in found])


def _usual_effect(reason: str) -> BlockEffect:
    """What nobody knows is refused when it is placed."""
    rule = rule_of(reason)
    return rule.effect if rule else BlockEffect.OUTGOING


def _not_a_rules(reason: str) -> None:
    if reason.casefold().startswith(_BY_RULE):
        raise BlockOfARule


def _standing(line: Line) -> LineStanding:
    effect = effect_in_force(line)
    in_force = [each for each in line.blocks if each.lifted_at is None]
    return LineStanding(
        line_id=line.id,
        number=line.number,
        status=_status(line, effect),
        effect=effect,
        blocks=[
            InForce(reason=each.reason, effect=each.effect, placed_at=each.placed_at)
            for each in in_force
        ],
    )


def _status(line: Line, effect: BlockEffect | None) -> _Standing:
    if line.status is LineStatus.CLOSED:
        return "PERMANENT_DISCONNECTED"
    if line.status is LineStatus.PENDING:
        return "PENDING"
    return "TEMP_BLOCKED" if effect else "ACTIVE"
