"""The bot is gone or hangs: customers reach people within seconds, and nothing else stops."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.demo.readiness import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.bot, pytest.mark.timeout(1200)]

AT_MOST = timedelta(seconds=3)


@pytest.fixture
def bot_stopped(stack):
    """Whoever needs it next waits for it: loading its model takes a while."""
    stack.control("stop", "rasa")
    yield
    stack.control("start", "rasa")


@pytest.fixture
def bot_frozen(stack):
    """It takes connections and never answers."""
    stack.wait_ready(seconds=180)
    stack.control("signal", "STOP", "rasa")
    yield
    stack.control("signal", "CONT", "rasa")


def test_a_customer_reaches_a_person_within_seconds_when_the_bot_is_stopped(
    windows, records, bot_stopped
):
    ana = windows.colleague("ana@aurora.example")

    check_that_a_person_answers("valeria@example.com", ana, windows, records)


def test_a_customer_reaches_a_person_within_seconds_when_the_bot_hangs(
    windows, records, bot_frozen
):
    marta = windows.colleague("marta@aurora.example")

    check_that_a_person_answers("compras@bajio.example.com", marta, windows, records)


def check_that_a_person_answers(email, colleague, windows, records):
    customer = windows.customer("es-MX")
    colleague.sign_in()
    customer.sign_in(email)

    known = records.tickets_of(email)

    customer.say("¿cuánto saldo tengo?")
    wait_until(lambda: len(records.tickets_of(email)) > len(known), "a ticket", seconds=10)
    ticket = records.tickets_of(email)[-1]
    expect(colleague.queue.locator(f"#waiting-{ticket.id}")).to_be_visible()

    conversation = records.conversation_of(email)
    [asked] = [each for each in records.messages(conversation.id) if each.author == "customer"]
    assert (conversation.status, ticket.status) == ("waiting", "new")
    assert ticket.created_at - asked.at <= AT_MOST

    colleague.accept(ticket.id)
    colleague.reply("Hola, lo reviso ahora mismo.")
    expect(customer.last()).to_contain_text("Hola, lo reviso ahora mismo.")
