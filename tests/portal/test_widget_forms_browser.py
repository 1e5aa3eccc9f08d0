"""What the widget asks and offers before, instead of and after a chat, in a real Chromium."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.conversations.models import AgentState, Availability, Status
from app.conversations.service import handover, messages
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.messaging.models import Delivery
from app.tickets.models import Ticket
from app.tickets.service import assignment
from app.wiring.reactions import IN_TRANSACTION
from tests.chromium import picture
from tests.factories.actors import agent
from tests.factories.conversations import InboxFactory
from tests.factories.identity import StaffFactory
from tests.portal.widget_page import (
    browser,
    bubbles,
    inbox,
    latest_conversation,
    server,
    visit,
    write,
)

__all__ = ["browser", "inbox", "server", "visit"]
pytestmark = [pytest.mark.browser, pytest.mark.long]

ASKS = {"name": "must", "email": "must", "topic": "may"}
INVITATION = {
    "page": "/planes*",
    "seconds": 1,
    "words": {"en": "Can I help you choose?", "es": "¿Te ayudo a elegir un plan?", "pt": "Ajudo?"},
}


@pytest.fixture
def meets(inbox):
    """Change how the inbox meets visitors."""

    def change(*, bot_on=True, **chat):
        inbox.bot_on, inbox.chat = bot_on, chat
        db.session.commit()

    return change


@pytest.fixture(autouse=True)
def listening():
    before = events._tables
    events._tables = events.Tables(in_transaction=IN_TRANSACTION)
    yield
    events._tables = before


@pytest.fixture
def mailbox(inbox):
    made = InboxFactory(
        channel="email",
        provider="smtp",
        market_code=inbox.market_code,
        address=f"{new_id()}@aurora.example",
    )
    yield made
    db.session.rollback()
    made.is_on = False
    db.session.commit()


@pytest.fixture
def at_work(inbox):
    staff = StaffFactory(name="Ana Ruiz", roles=["agent"], markets=[inbox.market_code])
    state = AgentState(staff_id=staff.id, availability=Availability.AVAILABLE, since=clock.now())
    db.session.add(state)
    db.session.commit()
    yield staff
    db.session.rollback()
    db.session.delete(db.session.get(AgentState, staff.id))
    db.session.commit()


def answered(staff, text):
    """She accepts the talk and answers."""
    conversation = latest_conversation()
    if conversation.status is Status.BOT:
        hand_over(conversation)
    ticket = db.session.scalars(
        select(Ticket).where(Ticket.conversation_id == conversation.id)
    ).one()
    by = agent(id=staff.id, name=staff.name, markets=[conversation.market_code])
    if ticket.assignee_id is None:
        assignment.accept(ticket.id, by=by)
    messages.say(conversation.id, text, by=by, client_key=str(new_id()))


def hand_over(conversation):
    handover.hand_over(
        conversation.id, by=SYSTEM, reason="asked", intent="", topic="", slots={}, tried=[],
        summary="",
    )  # fmt: skip


def test_whoever_must_say_her_name_does_so_first_and_is_told_what_is_missing(visit, meets):
    meets(before=ASKS)
    page = visit(viewport={"width": 360, "height": 640})
    page.locator(".launcher").click()
    expect(page.locator(".input")).to_be_hidden()
    expect(page.locator("#field-name")).to_be_focused()
    page.locator("#field-name").fill("Ana Ruiz")
    page.locator("#field-email").fill("nonsense")

    page.locator(".form .primary").click()
    expect(page.locator("#field-email")).to_be_focused()
    expect(page.locator("#field-email")).to_have_attribute("aria-describedby", "error-email")
    picture(page, "form-before-360")
    page.locator("#field-email").fill("ana@example.com")
    page.locator("#field-topic").select_option("billing")
    page.keyboard.press("Tab")
    page.locator(".form .primary").click()

    expect(page.locator(".input")).to_be_focused()
    write(page, "hola")
    expect(page.locator('[data-tick="sent"]')).to_have_count(1)
    conversation = latest_conversation()
    assert conversation.visitor_name == "Ana Ruiz"
    assert conversation.visitor_email == "ana@example.com"
    assert (conversation.visitor_topic, conversation.customer_id) == ("billing", None)
    page.reload()
    expect(bubbles(page)).to_have_text(["hola"])


def test_where_nobody_is_there_a_message_is_left_and_answered_by_mail(visit, meets, mailbox):
    meets(bot_on=False, takes_messages=True)
    page = visit(viewport={"width": 360, "height": 640})
    page.locator(".launcher").click()
    expect(page.locator(".input")).to_be_hidden()
    page.locator("#field-email").fill("ana@example.com")
    page.locator("#field-text").fill("¿Me llaman mañana?")
    picture(page, "form-message-360")

    page.locator(".form .primary").click()

    expect(page.locator(".state")).to_contain_text("a••••@example.com")
    expect(bubbles(page)).to_have_text(["¿Me llaman mañana?"])
    conversation = latest_conversation()
    assert (conversation.channel, conversation.status) == ("email", Status.WAITING)
    picture(page, "message-left-360")


def test_with_a_bot_one_may_write_to_it_or_leave_a_message(visit, meets, mailbox):
    meets(takes_messages=True)
    page = visit()
    page.locator(".launcher").click()
    expect(page.locator(".notice span")).to_be_visible()
    picture(page, "nobody-here")

    page.locator(".notice button").click()
    expect(page.locator("#field-name")).to_be_focused()
    page.locator(".form .quiet").click()

    expect(page.locator(".input")).to_be_focused()


def test_while_somebody_is_there_no_message_is_left(visit, meets, at_work):
    meets(bot_on=False, takes_messages=True)
    page = visit()
    page.locator(".launcher").click()

    expect(page.locator(".input")).to_be_focused()
    expect(page.locator(".notice")).to_be_hidden()


def test_an_invitation_comes_on_its_page_once_a_visit(visit, meets):
    meets(invitations=[INVITATION])
    page = visit(path="/planes/5g", viewport={"width": 360, "height": 640})
    words = page.locator(".invitation-words")
    expect(words).to_have_text(INVITATION["words"]["es"], timeout=10_000)
    picture(page, "invitation-360")

    words.click()
    expect(page.locator(".greeting .bubble")).to_have_text(INVITATION["words"]["es"])
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".launcher")).to_be_visible()
    page.wait_for_function("sessionStorage.length > 0")

    expect(page.locator(".invitation")).to_be_hidden()


def test_what_was_said_is_mailed_to_where_she_says(visit, meets, at_work, mailbox):
    meets()
    page = visit(viewport={"width": 360, "height": 640})
    page.locator(".launcher").click()
    write(page, "hola")
    expect(page.locator('[data-tick="sent"]')).to_have_count(1)
    button = page.locator("header .drawing-mail")
    expect(button).to_be_hidden()
    answered(at_work, "¡Hola! Soy Ana.")
    page.reload()
    page.locator(".launcher").click()

    button.click()
    page.locator("#field-email").fill("ana@example.com")
    picture(page, "transcript-360")
    page.locator(".form .primary").click()

    expect(page.locator(".notice")).to_contain_text("a••••@example.com")
    db.session.rollback()
    sent = db.session.scalars(
        select(Delivery).where(Delivery.conversation_id == latest_conversation().id)
    ).one()
    assert sent.address == "ana@example.com"
    assert "¡Hola! Soy Ana." in sent.text
    button.click()
    expect(page.locator(".notice.serious")).to_be_visible()
