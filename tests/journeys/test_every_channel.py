"""One customer by every channel: the bot, the menus and a person answer her wherever she is."""

import pytest

from tests.journeys.chapters import calling, elsewhere, mailing, texting
from tests.journeys.phone import Phone
from tests.journeys.reached import NUMBER, Reached

pytestmark = [pytest.mark.browser, pytest.mark.bot, pytest.mark.timeout(1200)]

CHAPTERS = (
    texting.by_a_word,
    texting.asks_the_bot,
    texting.wants_no_more_and_then_again,
    texting.is_offered_plans_by_whatsapp,
    texting.reads_what_a_person_answers,
    texting.is_a_stranger_by_telegram,
    mailing.writes_above_what_she_had,
    mailing.answers_into_the_same_conversation,
    calling.dials_for_her_balance,
    calling.blocks_nothing_without_her_pin,
    calling.waits_for_a_person,
    calling.talks,
    elsewhere.goes_on_by_sms,
    elsewhere.does_not_come_through,
    elsewhere.is_seen_in_the_office,
    elsewhere.comes_when_it_is_mended,
)


@pytest.fixture
def reached(stack, windows, records):
    stack.wait_ready(seconds=180)
    bruno, alex = (windows.colleague(f"{name}@aurora.example") for name in ("bruno", "admin"))
    for colleague in (bruno, alex):
        colleague.sign_in()
    phone = Phone(windows.page("es"), stack, NUMBER)
    yield Reached(stack, records, phone, bruno, alex)
    phone.tell_provider("twilio", "works")


def test_a_customer_is_reached_by_every_channel(reached):
    for chapter in CHAPTERS:
        chapter(reached)
