from datetime import date, timedelta

import pytest

from app.billing.dunning import Action, Step, steps_reached

STEPS = (
    Step(60, Action.DISCONNECT),
    Step(0, Action.NOTICE),
    Step(15, Action.BLOCK_OUTGOING),
)
DUE = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("late", "actions"),
    [
        (-1, []),
        (0, [Action.NOTICE]),
        (14, [Action.NOTICE]),
        (15, [Action.NOTICE, Action.BLOCK_OUTGOING]),
        (60, [Action.NOTICE, Action.BLOCK_OUTGOING, Action.DISCONNECT]),
    ],
)
def test_steps_are_reached_on_their_day_mildest_first(late, actions):
    reached = steps_reached(STEPS, due_on=DUE, today=DUE + timedelta(days=late))

    assert [step.action for step in reached] == actions
