"""What waits for somebody in the demo, so that no screen is empty: each case by the services.

All of it is done a few hours or days before the past ends, by those who would have done it.
"""

from pathlib import Path

from app.demo.cases import (
    identity,
    lines,
    machines,
    money,
    offers,
    rights,
    solved,
    supervision,
    tickets,
)
from app.demo.outside import Outside

SHORTEST = 7  # days of a past in which there is time for all of it


def happen(days_left: int) -> None:
    """What somebody did on an earlier day, so many days before the past ended."""
    if days_left == offers.PROMOTED:
        offers.redeem()


def arrange(world: Outside, state: Path, *, seed: int) -> None:
    """Once everybody is there and the days are over."""
    identity.know_everybody()
    identity.leave_activations(world)
    offers.use_add_ons()
    lines.arrange()
    money.arrange(world)
    machines.arrange(state)
    tickets.decide_how()
    solved.solve_some(seed=seed)
    tickets.open_some()
    supervision.arrange()
    rights.arrange()
