"""Bruno goes on by SMS; the provider fails, he and Alex see it, and mended it is sent again."""

from playwright.sync_api import expect

from tests.journeys.phone import ANSWERED_WITHIN
from tests.journeys.reached import NUMBER, Reached
from tests.journeys.tour import picture

_MOVED = "Te sigo escribiendo por SMS, para cuando estés sin datos."
_LOST = "Tu plan nuevo empieza mañana."


def goes_on_by_sms(reached: Reached) -> None:
    bruno, phone, talk = reached.bruno, reached.phone, reached.talk("whatsapp")
    phone.open("/phone/")
    before = phone.answers("sms").count()
    bruno.open(f"/desk/conversations/{talk.id}")
    bruno.page.locator(".chat-actions [data-bs-toggle=dropdown]").click()
    bruno.page.locator(f"[hx-get='/desk/conversations/{talk.id}/ways']").click()
    way = bruno.page.locator("#dialog label").filter(has_text="SMS")
    way.locator("input").check()
    picture(bruno.page, "66-ways-to-her")
    bruno.page.locator("#dialog [type=submit]").click()
    expect(bruno.page.locator(".channel-name")).to_contain_text("SMS")
    bruno.reply(_MOVED)

    assert phone.answer_after("sms", before).startswith(_MOVED)
    phone.say("sms", "Perfecto, así está bien")
    expect(bruno.messages.last).to_contain_text("Perfecto, así está bien", timeout=ANSWERED_WITHIN)
    assert reached.talk("sms").id == talk.id


def does_not_come_through(reached: Reached) -> None:
    """First the provider is down, and it is tried again; then it refuses for good."""
    bruno, phone = reached.bruno, reached.phone
    state = bruno.page.locator(".by-agent .delivery").last
    phone.tell_provider("twilio", "fails")
    bruno.reply(_LOST)
    expect(state).to_have_attribute("data-delivery", "retrying", timeout=ANSWERED_WITHIN)
    phone.tell_provider("twilio", "refuses")
    expect(state).to_have_attribute("data-delivery", "failed", timeout=ANSWERED_WITHIN)

    state.locator("button").click()
    expect(bruno.page.locator("#dialog [type=radio]").first).to_be_visible()
    picture(bruno.page, "67-ways-out")
    [delivery] = reached.deliveries(_LOST)
    assert (delivery.state, delivery.address) == ("failed", NUMBER)


def is_seen_in_the_office(reached: Reached) -> None:
    alex = reached.alex
    alex.open("/office/channels")
    row = alex.page.locator("tbody tr").filter(has_text="Aurora SMS").filter(has_text="México")
    expect(row.locator(".state-bad")).to_be_visible()
    expect(row.locator("td").last).to_have_text("1")
    picture(alex.page, "68-how-channels-go")
    alex.open("/office/channels/failed")
    expect(alex.page.locator("main li").filter(has_text=_LOST)).to_contain_text(NUMBER)
    picture(alex.page, "69-dead-letters")


def comes_when_it_is_mended(reached: Reached) -> None:
    bruno, phone = reached.bruno, reached.phone
    phone.tell_provider("twilio", "works")
    before = phone.answers("sms").count()
    bruno.page.locator("#dialog [hx-post$='/again'] [type=submit]").click()

    assert phone.answer_after("sms", before).startswith(_LOST)
    state = bruno.page.locator(".by-agent .delivery").last
    expect(state).to_have_attribute("data-delivery", "delivered", timeout=ANSWERED_WITHIN)
    [delivery] = reached.deliveries(_LOST)
    assert delivery.state == "delivered"
    expect(phone.answers("sms")).to_have_count(before + 1)
    reached.alex.open("/office/channels/failed")
    expect(reached.alex.page.locator("main")).not_to_contain_text(_LOST)
    picture(bruno.page, "70-sent-again")
