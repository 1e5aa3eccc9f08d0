"""What happens to an unpaid bill, and when: the steps of a market's dunning policy."""

from collections.abc import Sequence
from datetime import date

from app.markets.policies import Action, Step

__all__ = ["Action", "Step", "block_reason", "steps_reached"]


def steps_reached(steps: Sequence[Step], *, due_on: date, today: date) -> list[Step]:
    """The steps whose day has come, mildest first; none before the due day."""
    late = (today - due_on).days
    return sorted((step for step in steps if step.after_days <= late), key=lambda s: s.after_days)


def block_reason(invoice_id: object) -> str:
    """The reason a line is blocked for this bill, and only for it."""
    return f"dunning:{invoice_id}"
