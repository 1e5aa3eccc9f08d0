"""The live board in a real Chromium, as figures of one market after the other arrive."""

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.insights import live
from app.insights.events import BoardMoved
from tests.backoffice.chromium import url, visit
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.heard import heard

__all__ = ["url", "visit"]  # fixtures

pytestmark = pytest.mark.browser


def talk(market):
    return ConversationFactory(market_code=market.code, last_seq=1, last_message_at=clock.now())


def test_news_of_one_market_leaves_what_is_known_of_the_others(visit):
    mexico, brazil = MarketFactory(), MarketFactory(brazil=True)
    talk(mexico)
    talk(mexico)
    page = visit(StaffFactory(roles=["supervisor"], markets=[]), "/board/")
    with_bot = page.locator('[data-figure="with_bot"]')
    expect(with_bot).to_have_text("2")

    talk(brazil)
    with heard(BoardMoved) as said:
        live.tick()
    (told,) = [each.figures for each in said if each.market_code == brazil.code]
    page.evaluate(
        "told => document.dispatchEvent(new CustomEvent('live:board_figures', {detail: told}))",
        told,
    )

    expect(with_bot).to_have_text("3")
