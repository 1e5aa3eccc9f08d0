"""The life of a line: activated, upgraded after six months, disputed, blocked, paid, ported out."""

import pytest

from tests.journeys import future
from tests.journeys.chapters import beginning, disputing, leaving
from tests.journeys.daniela import Life
from tests.journeys.records import Records
from tests.journeys.windows import Windows

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

CHAPTERS = (
    beginning.shows_her_paper,
    beginning.becomes_active,
    beginning.lives_for_six_months,
    disputing.gets_a_bigger_plan,
    disputing.keeps_her_card,
    disputing.says_that_a_charge_is_wrong,
    disputing.is_given_a_part_back,
    disputing.her_card_has_no_money,
    leaving.autopay_was_declined,
    leaving.the_line_is_barred,
    leaving.pays_and_only_that_block_is_lifted,
    leaving.asks_for_a_code,
    leaving.is_gone,
)


@pytest.fixture
def life(browser):
    """On a stack of its own, whose clock only this story moves."""
    with future.started() as stack:
        records = Records(stack.database_url)
        windows = Windows(browser, stack, records)
        try:
            yield Life(stack, windows, records)
        finally:
            windows.close()
            records.close()


def test_the_life_of_a_line(life):
    for chapter in CHAPTERS:
        chapter(life)
