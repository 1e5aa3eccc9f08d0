"""Whether a line is in a state to be changed; if not, the refusal names the rule."""

from collections.abc import Collection

from app.catalog.models import Service
from app.subscriptions.errors import (
    LineBlocked,
    LineDisconnected,
    LineNotActive,
    LinePorted,
    NoSim,
)
from app.subscriptions.models import BlockEffect, Leaving, Line, LineStatus


def refuse_gone(line: Line) -> None:
    """Raises LinePorted or LineDisconnected for a line that is closed for good."""
    if line.status is not LineStatus.CLOSED:
        return
    if line.closed_reason == Leaving.PORTED_OUT:
        raise LinePorted(rule=Leaving.PORTED_OUT.value)
    raise LineDisconnected(rule=line.closed_reason or "closed")


def refuse_without_sim(line: Line) -> None:
    """Raises NoSim for what is no mobile line, LineNotActive and its kinds for one out of use."""
    refuse_gone(line)
    if line.service is not Service.MOBILE:
        raise NoSim(rule=line.service.value)
    if line.status is not LineStatus.ACTIVE:
        raise LineNotActive(rule=line.status.value)


def refuse_unusable(line: Line, *, effects: Collection[BlockEffect] = (BlockEffect.ALL,)) -> None:
    """Also when it is not active yet, or blocked in one of these ways, usually altogether:
    LineNotActive, LineBlocked."""
    refuse_gone(line)
    if line.status is not LineStatus.ACTIVE:
        raise LineNotActive(rule=line.status.value)
    for block in line.blocks:
        if block.lifted_at is None and block.effect in effects:
            raise LineBlocked(rule=block.reason.partition(":")[0])
