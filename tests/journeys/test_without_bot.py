"""The bot is gone: customers reach people within seconds, and nothing else stops."""

import time

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.bot]

VALERIA = "valeria@example.com"
SECONDS_TO_A_PERSON = 3


@pytest.fixture
def ana(windows):
    ana = windows.colleague("ana@aurora.example")
    ana.sign_in()
    return ana


@pytest.fixture
def bot_stopped(stack):
    stack.control("stop", "rasa")
    yield
    stack.control("start", "rasa")
    stack.wait_ready(seconds=90)


def test_without_the_bot_a_customer_reaches_a_person_within_seconds(
    windows, records, ana, bot_stopped
):
    valeria = windows.customer("es-MX")
    valeria.sign_in(VALERIA)
    before = ana.queue.locator(".row-item").count()

    valeria.say("¿cuánto saldo tengo?")
    said_at = time.monotonic()
    row = ana.queue.locator(".row-item").nth(before)
    expect(row).to_contain_text("Valeria Soto")
    waited = time.monotonic() - said_at

    assert waited <= SECONDS_TO_A_PERSON
    conversation = records.conversation_of(VALERIA)
    assert conversation.status == "waiting"
    assert records.ticket_of(conversation.id).status == "new"

    ana.accept(records.ticket_of(conversation.id).id)
    ana.reply("Hola, Valeria, lo reviso.")
    expect(valeria.last()).to_contain_text("Hola, Valeria, lo reviso.")
