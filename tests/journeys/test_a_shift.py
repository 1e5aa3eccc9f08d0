"""A shift: an agent is helped by her supervisor on one talk, her colleague works off many."""

import pytest

from tests.journeys.chapters import leading, many, together
from tests.journeys.shift import LUCIA, Shift

pytestmark = [pytest.mark.browser, pytest.mark.bot, pytest.mark.timeout(1200)]

CHAPTERS = (
    together.ana_takes_her,
    together.a_note_names_sofia,
    together.her_draft_is_there_for_both,
    leading.sofia_listens_and_whispers,
    leading.sofia_takes_over,
    many.diego_tags_two_and_thinks_again,
    many.diego_keeps_a_view,
)


@pytest.fixture
def shift(stack, windows, records):
    stack.wait_ready(seconds=180)
    staff = {
        name: windows.colleague(f"{name}@aurora.example") for name in ("ana", "diego", "sofia")
    }
    for colleague in staff.values():
        colleague.sign_in()
    lucia = windows.customer("es-MX")
    lucia.sign_in(LUCIA)
    return Shift(records, lucia, **staff)


def test_two_agents_and_their_supervisor_through_a_shift(shift):
    for chapter in CHAPTERS:
        chapter(shift)
