"""Whether a line is in a state to be changed; if not, the refusal names the rule."""

from app.subscriptions.errors import LineBlocked, LineDisconnected, LineNotActive, LinePorted
from app.subscriptions.models import BlockEffect, Leaving, Line, LineStatus


def refuse_gone(line: Line) -> None:
    """Raises LinePorted or LineDisconnected for a line that is closed for good."""
    if line.status is not LineStatus.CLOSED:
        return
    if line.closed_reason == Leaving.PORTED_OUT:
        raise LinePorted(rule=Leaving.PORTED_OUT.value)
    raise LineDisconnected(rule=line.closed_reason or "closed")


def refuse_unusable(line: Line) -> None:
    """Also when it is not active yet, or blocked altogether: LineNotActive, LineBlocked."""
    refuse_gone(line)
    if line.status is not LineStatus.ACTIVE:
        raise LineNotActive(rule=line.status.value)
    for block in line.blocks:
        if block.lifted_at is None and block.effect is BlockEffect.ALL:
            raise LineBlocked(rule=block.reason.partition(":")[0])
