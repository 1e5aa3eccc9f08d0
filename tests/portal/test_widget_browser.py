"""The widget in a real Chromium, on a page with a strict policy, against a real sockets process."""

import gzip
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.conversations.service import handover, messages, ownership
from app.core import clock, db
from app.core.actor import BOT, SYSTEM
from app.core.ids import new_id
from app.portal.widget import BUILT
from app.tickets import service
from app.tickets.models import Distribution
from tests.factories.tickets import TicketFactory, team_working
from tests.portal.widget_page import (
    THEME,
    browser,
    bubbles,
    inbox,
    latest_conversation,
    server,
    visit,
    write,
)

__all__ = ["browser", "inbox", "server", "visit"]
pytestmark = pytest.mark.browser


def bot_says(text, **extra):
    conversation = latest_conversation()
    messages.say(conversation.id, text, by=BOT, client_key=str(new_id()), extra=extra)


def test_the_widget_is_light(server):
    assert len(gzip.compress((BUILT / "widget.js").read_bytes())) <= 60_000


def test_a_visitor_writes_and_finds_her_conversation_again_after_a_reload(visit):
    page = visit()
    page.locator(".launcher").click()
    expect(page.locator(".greeting .bubble")).to_have_text(THEME["greeting"])

    write(page, "<b>¿Cuánto</b> saldo tengo? https://aurora.example/x.")
    expect(page.locator('[data-tick="sent"]')).to_have_count(1)
    expect(page.locator(".bubble a")).to_have_attribute("href", "https://aurora.example/x")
    page.reload()

    expect(bubbles(page)).to_have_text(["<b>¿Cuánto</b> saldo tengo? https://aurora.example/x."])


def test_what_was_said_without_a_network_arrives_once_on_both_sides(visit):
    page = visit()
    page.locator(".launcher").click()
    write(page, "one")
    expect(page.locator('[data-tick="sent"]')).to_have_count(1)

    page.context.set_offline(True)
    write(page, "two")
    write(page, "three")
    bot_says("meanwhile")
    expect(page.locator(".notice")).to_be_visible()
    page.context.set_offline(False)

    expect(page.locator('[data-tick="queued"]')).to_have_count(0, timeout=15_000)
    expect(bubbles(page)).to_have_text(["one", "meanwhile", "two", "three"])
    assert latest_conversation().last_seq == 4


def test_buttons_a_payment_card_and_a_rating_are_shown_when_they_are_due(visit):
    page = visit()
    page.locator(".launcher").click()
    write(page, "hola")
    expect(page.locator('[data-tick="sent"]')).to_have_count(1)
    card = {"kind": "payment_link", "url": "https://pay.example/1", "amount": "$499.00"}
    bot_says("¿Pagar?", buttons=[{"title": "Sí", "payload": "/affirm"}], card=card)
    page.reload()

    expect(page.locator(".card .pay")).to_have_attribute("target", "_blank")
    page.locator(".reply").click()
    expect(bubbles(page)).to_have_text(["hola", "¿Pagar?", "Sí"])
    expect(page.locator(".reply")).to_have_count(0)

    ownership.resolve(latest_conversation().id, by=SYSTEM)
    page.reload()
    page.locator(".star").nth(3).click()
    page.locator(".rating textarea").fill("Muy bien")
    page.locator(".rating .primary").click()
    expect(page.locator(".rating [role=status]")).to_be_visible()
    assert latest_conversation().rating == 4


def test_who_waits_for_a_closed_team_is_told_when_it_opens_by_her_own_clock(visit, inbox):
    market = inbox.market_code  # its clock is an hour behind hers
    day = (clock.now() + timedelta(days=2)).strftime("%a").lower()
    team = team_working({day: [["08:00", "12:00"]]}, market_code=market)
    service.plan_routing(market, by=SYSTEM, distribution=Distribution.OFFER)
    page = visit(timezone_id="America/Bogota")
    page.locator(".launcher").click()
    write(page, "hola")
    expect(page.locator('[data-tick="sent"]')).to_have_count(1)

    asked = {"reason": "asked", "intent": "x", "topic": "other", "summary": ""}
    handover.hand_over(latest_conversation().id, by=BOT, slots={}, tried=[], **asked)
    TicketFactory(talk=latest_conversation(), team_id=team.id)
    db.session.commit()
    page.reload()

    expect(page.locator(".state")).to_contain_text("09:00")


def test_on_a_small_screen_the_panel_is_the_screen_and_escape_leaves_it(visit):
    page = visit(viewport={"width": 360, "height": 640}, reduced_motion="reduce")
    page.locator(".launcher").click()
    panel = page.locator(".panel")

    assert panel.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
    expect(panel).to_have_attribute("aria-modal", "true")
    expect(page.locator(".input")).to_be_focused()
    page.keyboard.press("Escape")

    expect(panel).to_be_hidden()
    expect(page.locator(".launcher")).to_be_focused()


def test_two_tabs_of_one_visitor_show_the_same_conversation(visit):
    first = visit()
    first.locator(".launcher").click()
    write(first, "from the first")
    expect(first.locator('[data-tick="sent"]')).to_have_count(1)
    second = first.context.new_page()
    second.goto(first.url)
    expect(bubbles(second)).to_have_text(["from the first"])

    write(second, "from the second")

    expect(bubbles(first)).to_have_text(["from the first", "from the second"])
