"""In a real browser: a call rings on the desk, is taken, held and hung up, and then noted."""

import json
import re
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import expect

from app.conversations.models import Availability
from app.conversations.queries import availability_of
from app.conversations.service import ownership
from app.core import db, events
from app.core.actor import SYSTEM
from app.demo import operator
from app.demo.world.application import create_app as create_world
from app.demo.world.settings import Settings
from app.identity import sessions
from app.identity.models import SessionKind, Staff
from app.selfservice.models import Dialogue, Result
from app.selfservice.service import calls
from app.tickets import queries as tickets
from app.tickets import service
from app.wiring import IN_TRANSACTION, REACTIONS
from tests.chromium import chromium
from tests.conftest import free_port
from tests.demo_world.conftest import write_accounts
from tests.factories.conversations import dialogue_inbox
from tests.factories.identity import StaffFactory
from tests.factories.subscriptions import line_with_plan
from tests.serving import serving

pytestmark = pytest.mark.browser
NUMBER = "+525530007777"


@pytest.fixture
def towns(own_application, tmp_path):
    """The desk's address and the world's, where somebody can be called and calls."""
    port, outside = free_port(), free_port()
    desk, world_url = f"http://localhost:{port}", f"http://localhost:{outside}"
    app = own_application(
        public_url=desk, sockets_url="http://localhost:1", channels_sandbox_url=world_url
    )
    heard = {**IN_TRANSACTION}
    for kind, listeners in REACTIONS.items():
        heard[kind] = [*heard.get(kind, ()), *listeners]
    events._tables = events.Tables(in_transaction=heard)
    line = line_with_plan(number=NUMBER)
    line.customer.language = "en"
    dialled = operator.DIALLED["voice"]
    inbox = dialogue_inbox("voice", "twilio", dialled.settings, name="Aurora", sandbox=True)
    content = write_accounts(tmp_path)
    told = {"key": inbox.key, "secret": dialled.settings[dialled.secret]}
    content["dialogues"] = {inbox.market_code: {"voice": told}}
    (tmp_path / "accounts.json").write_text(json.dumps(content))
    db.session.commit()
    world = create_world(
        Settings(
            dialtone_url=desk,
            world_url=world_url,
            state_folder=tmp_path / "state",
            accounts_file=tmp_path / "accounts.json",
        )
    )
    with serving(app, port), serving(world, outside):
        yield desk, world_url
    world.extensions["postman"].stop()
    world.extensions["hooks"].stop()


class Phone:
    """Hers, in the world's pages."""

    def __init__(self, url):
        self._browser = httpx.Client(base_url=url, follow_redirects=True, trust_env=False)

    def send(self, path, **form):
        page = self._browser.get("/phone/call?lang=en").text
        token = re.search(r'name="csrf" value="([^"]+)', page)[1]
        answer = self._browser.post(path, data={"csrf": token, **form})
        assert answer.status_code == 200, answer.text
        return answer.text

    def see(self):
        return self._browser.get("/phone/call").text

    def waits_for_a_person(self):
        self._browser.get(f"/phone/call?number=%2B{NUMBER[1:]}")
        self.send("/phone/call/ring")
        for key in ("8", "1"):
            self.send("/phone/call/answer", key=key)


def signed_in(staff):
    opened = sessions.open_session(
        SessionKind.STAFF,
        by=staff.as_actor(),
        user_agent="tests",
        address="127.0.0.1",
        verified=True,
    )
    return opened.token


def an_agent_and_her_caller():
    dialogue = db.session.query(Dialogue).one()
    staff = StaffFactory(roles=["agent"])
    token = signed_in(staff)
    ownership.set_availability(staff.id, Availability.AVAILABLE, by=SYSTEM)
    found = dialogue.conversation_id, staff.id, token
    db.session.remove()
    return found


def accept(conversation_id, staff_id):
    ticket = tickets.of_conversation(conversation_id)
    service.accept(ticket.id, by=db.session.get_one(Staff, staff_id).as_actor())


@contextmanager
def an_agents_window(token):
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1366, "height": 800})
        session = {"name": "__Host-dialtone-staff", "value": token, "secure": True}
        spoken = {"name": "language", "value": "en"}
        context.add_cookies([{**each, "url": "https://localhost"} for each in (session, spoken)])
        yield context.new_page()


def note_what_came_of_it(page, staff_id):
    db.session.remove()
    assert availability_of(staff_id) is Availability.WRAP_UP
    page.reload()
    page.get_by_label("What came of the call?").select_option("solved")
    page.get_by_placeholder("A note for colleagues").fill("New SIM sent.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("What came of the call?")).to_have_count(0)
    expect(page.get_by_label("My state")).to_have_value("available")


def test_a_call_rings_on_the_desk_and_is_taken_held_hung_up_and_noted(towns):
    desk, world_url = towns
    phone = Phone(world_url)
    phone.waits_for_a_person()
    conversation_id, staff_id, token = an_agent_and_her_caller()

    complaints = []
    with an_agents_window(token) as page:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{desk}/desk/")
        panel = page.locator("[data-softphone]")
        expect(panel).to_be_hidden()

        accept(conversation_id, staff_id)
        calls.put_through(conversation_id, "Ana")
        phone.see()

        expect(panel).to_be_visible(timeout=15_000)
        expect(panel.locator("[data-caller]")).to_have_text(NUMBER)
        expect(page.locator(f'[data-conversation="{conversation_id}"]')).to_be_visible()
        panel.get_by_role("button", name="Take the call").click()
        expect(panel.locator("[data-call-time]")).to_have_text(re.compile(r"0:0\d"))
        assert "You are talking to a person." in phone.see()

        panel.get_by_role("button", name="Mute").click()
        expect(panel.get_by_role("button", name="Mute")).to_have_attribute("aria-pressed", "true")
        panel.get_by_role("button", name="Keypad").click()
        panel.get_by_role("button", name="5").click()
        with page.expect_response("**/call/hold"):
            panel.get_by_role("button", name="Hold").click()
        expect(panel.get_by_text("is on hold")).to_be_visible()
        assert "We are still here." in phone.see()
        with page.expect_response("**/call/hold"):
            panel.get_by_role("button", name="Go on").click()
        phone.see()
        expect(panel.get_by_role("button", name="Hang up")).to_be_visible(timeout=15_000)
        with page.expect_response("**/hang_up"):
            panel.get_by_role("button", name="Hang up").click()
        expect(panel).to_be_hidden()
        assert "It is over." in phone.see()

        note_what_came_of_it(page, staff_id)

    db.session.remove()
    assert db.session.query(Dialogue).one().result is Result.SOLVED
    assert availability_of(staff_id) is Availability.AVAILABLE
    assert complaints == []


def test_the_page_lets_the_providers_own_library_work(own_application):
    """It opens its line to the provider, and the page's policy refuses nothing of what it does.
    Nobody answers in this test, and the agent is told so."""
    port = free_port()
    desk = f"http://localhost:{port}"
    app = own_application(public_url=desk, sockets_url="http://localhost:1")
    dialled = operator.DIALLED["voice"]
    dialogue_inbox("voice", "twilio", dialled.settings, name="Aurora", sandbox=False)
    token = signed_in(StaffFactory(roles=["agent"]))
    db.session.commit()
    db.session.remove()

    refused, errors = [], []
    with serving(app, port), an_agents_window(token) as page:
        page.on(
            "console",
            lambda said: "Content Security Policy" in said.text and refused.append(said.text),
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        with page.expect_event("websocket", lambda line: "twilio.com" in line.url):
            page.goto(f"{desk}/desk/")
        expect(page.get_by_text("Calls cannot reach this browser")).to_have_count(1)

    assert refused == []
    assert errors == []
