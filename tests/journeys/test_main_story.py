"""The main story: a customer asks, the bot answers or hands over, an agent solves it."""

import pytest

from tests.journeys.chapters import (
    asking,
    changing_plan,
    dropping,
    finishing,
    handing_over,
    paying,
    working,
)
from tests.journeys.story import Story

pytestmark = [pytest.mark.browser, pytest.mark.bot, pytest.mark.timeout(1200)]

CHAPTERS = (
    asking.as_a_stranger,
    asking.as_himself,
    asking.in_three_languages,
    changing_plan.hears_what_it_costs,
    changing_plan.says_yes_twice,
    paying.is_declined,
    paying.pays_once_although_told_often,
    paying.sees_it_paid_everywhere,
    handing_over.asks_for_a_person,
    handing_over.both_press_accept,
    handing_over.shows_the_customer_whole,
    working.both_see_the_other_type,
    working.the_bot_is_silent,
    working.answers_with_a_prepared_reply,
    working.notes_something_for_colleagues,
    working.they_exchange_files,
    working.inserts_an_article,
    working.looks_at_usage_and_network,
    dropping.nothing_is_lost_and_nothing_doubled,
    finishing.the_agent_resolves,
    finishing.joao_rates,
    finishing.joao_comes_back,
    finishing.the_agent_opens_it_again,
)


@pytest.fixture
def story(stack, windows, records):
    stack.wait_ready(seconds=180)
    staff = {
        name: windows.colleague(f"{name}@aurora.example") for name in ("bruno", "diego", "sofia")
    }
    for colleague in staff.values():
        colleague.sign_in()
    staff["sofia"].open("/board/")
    for colleague in staff.values():
        colleague.stay()
    return Story(stack, windows, records, joao=windows.customer("pt-BR"), **staff)


def test_a_customer_asks_the_bot_answers_and_an_agent_solves_it(story):
    for chapter in CHAPTERS:
        chapter(story)

    assert story.sofia.stayed()
    assert story.bruno.stayed()
    assert story.diego.stayed()
