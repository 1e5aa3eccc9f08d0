"""The widget in a real Chromium, on a page with a strict policy, against a real sockets process."""

import subprocess

import pytest
from playwright.sync_api import expect, sync_playwright

from app.conversations.models import Conversation
from app.conversations.service import messages, ownership
from app.core import db, secrets
from app.core.actor import BOT, SYSTEM
from app.core.ids import new_id
from tests.conftest import ROOT, free_port
from tests.factories.conversations import InboxFactory
from tests.portal.site import site_with_widget
from tests.processes import real_database, sockets_process

pytestmark = pytest.mark.browser
THEME = {"accent": "#5b21b6", "title": "Aurora Móvil", "greeting": "¡Hola! ¿En qué te ayudo?"}


@pytest.fixture(scope="module")
def server(new_database, redis_url, tmp_path_factory):
    secrets.set_key("tests")
    subprocess.run(["npm", "run", "--silent", "widget"], cwd=ROOT, check=True, capture_output=True)
    database = new_database()
    with sockets_process(database, redis_url, tmp_path_factory.mktemp("u"), free_port()) as url:
        yield url, database


@pytest.fixture
def site(server):
    url, database = server
    with real_database(database):
        inbox = InboxFactory(theme=THEME)
        with site_with_widget(url, inbox.key) as address:
            inbox.allowed_origins = [address]
            db.session.commit()
            yield address


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, site):
    """Open the site; whatever the page complains of fails the test."""
    complaints, contexts = [], []

    def open_site(**more):
        context = chromium.new_context(locale="es-MX", **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site)
        expect(page.locator(".launcher")).to_be_visible(timeout=15_000)
        return page

    yield open_site
    for context in contexts:
        context.close()
    assert complaints == []


def write(page, text):
    page.locator(".input").fill(text)
    page.keyboard.press("Enter")


def bubbles(page):
    return page.locator(".log .line:not(.greeting) .bubble")


def latest_conversation():
    db.session.rollback()
    query = db.session.query(Conversation).order_by(Conversation.created_at.desc())
    return query.populate_existing().first()


def bot_says(text, **extra):
    conversation = latest_conversation()
    messages.say(conversation.id, text, by=BOT, client_key=str(new_id()), extra=extra)


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
