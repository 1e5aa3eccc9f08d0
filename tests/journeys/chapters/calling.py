"""Valeria dials *123#, and calls: keys, a place in the queue, a person, and what came of it."""

from playwright.sync_api import expect

from tests.journeys.phone import ANSWERED_WITHIN
from tests.journeys.reached import EMAIL, NUMBER, Reached
from tests.journeys.tour import picture

PIN, WRONG = "2580", "1111"
_BLOCKS = (
    "SELECT block.id FROM block JOIN line ON line.id = line_id"
    " WHERE number = %s AND lifted_at IS NULL"
)
_PIN = "SELECT failures FROM care_pin JOIN customer ON customer.id = customer_id WHERE email = %s"
_CALL = "SELECT * FROM selfservice_dialogue WHERE sender = %s AND conversation_id = %s"


def dials_for_her_balance(reached: Reached) -> None:
    home = reached.phone.dial()
    picture(reached.phone.page, "59-she-dials")

    assert "1 " in home
    assert "$" in reached.phone.enter("1")
    picture(reached.phone.page, "60-her-balance")


def blocks_nothing_without_her_pin(reached: Reached) -> None:
    """Proven that it is she, she is still asked once more; and leaves it."""
    phone = reached.phone
    phone.dial()
    asked = phone.enter("6")
    assert "PIN" in asked
    refused = phone.enter(WRONG)
    assert "PIN" in refused != asked
    assert reached.records.one(_PIN, EMAIL).failures == 1

    phone.enter(PIN)
    phone.enter("1")  # her only line
    assert "12340001" in phone.enter("1").replace(" ", "")  # lost
    picture(phone.page, "61-is-she-sure")

    assert reached.records.one(_PIN, EMAIL).failures == 0
    assert reached.records.all(_BLOCKS, NUMBER) == []


def waits_for_a_person(reached: Reached) -> None:
    phone, bruno = reached.phone, reached.bruno
    phone.ring()
    phone.key("1")
    expect(phone.heard.last).to_be_visible()
    phone.key("0")
    phone.key("8")
    phone.key("1")
    picture(phone.page, "62-her-place-in-the-queue")

    talk = reached.talk("voice")
    ticket = reached.records.ticket_of(talk.id)
    expect(bruno.waiting(ticket.id)).to_be_visible()
    bruno.accept(ticket.id)


def talks(reached: Reached) -> None:
    phone, bruno, talk = reached.phone, reached.bruno, reached.talk("voice")
    softphone = bruno.page.locator("[data-softphone]")
    take = softphone.locator("[data-call=accept]")
    expect(take).to_be_visible(timeout=ANSWERED_WITHIN)
    picture(bruno.page, "63-his-telephone-rings")
    take.click()
    expect(softphone.locator("[data-call-time]")).to_be_visible()
    expect(phone.page.locator("[data-live=state]")).to_contain_text("persona")
    picture(bruno.page, "64-they-talk")

    softphone.locator("[data-call=hangUp]").click()
    form = bruno.page.locator(".call-outcome")
    expect(form).to_be_visible(timeout=ANSWERED_WITHIN)
    form.locator("select").select_option("solved")
    form.locator("[name=note]").fill("Le expliqué su recarga.")
    picture(bruno.page, "65-what-came-of-the-call")
    form.locator("[type=submit]").click()
    expect(form).to_have_count(0)
    call = reached.records.one(_CALL, NUMBER, talk.id)
    assert (call.result, call.outcome) == ("solved", "completed")
    expect(bruno.notes.last).to_contain_text("Le expliqué su recarga.")
