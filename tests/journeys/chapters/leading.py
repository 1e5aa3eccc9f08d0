"""The supervisor listens in, whispers, and takes over."""

from playwright.sync_api import expect

from tests.journeys.shift import LUCIA, Shift
from tests.journeys.tour import picture

WHISPER = "Ofrécele la mitad del cargo, yo lo apruebo."


def sofia_listens_and_whispers(shift: Shift) -> None:
    """Ana reads it, the customer never; and who listened is in the trail."""
    sofia, before = shift.sofia, len(shift.lucia.lines())
    name = shift.records.customer(LUCIA).name
    sofia.open("/board/talks")
    sofia.page.get_by_role("row").filter(has_text=name).get_by_role("button").click()
    expect(sofia.page.locator("#heard")).to_contain_text("quiero hablar con una persona")

    sofia.page.fill("#words", WHISPER)
    sofia.page.keyboard.press("Enter")

    expect(sofia.page.locator("#heard .whispered")).to_contain_text(WHISPER)
    expect(shift.ana.page.locator("[data-whispers]")).to_contain_text(WHISPER)
    picture(shift.ana.page, "92-a-whisper")
    shift.lucia.say("¿sigues ahí?")
    expect(shift.ana.messages.last).to_contain_text("¿sigues ahí?")
    assert len(shift.lucia.lines()) == before + 1
    heard = shift.records.one(
        "SELECT count(*) AS times FROM audit_entry"
        " WHERE action = 'conversation.listened' AND object_id = %s",
        str(shift.conversation.id),
    )
    assert heard.times == 1


def sofia_takes_over(shift: Shift) -> None:
    """From then on she writes; Ana is told, and her desk is free for the next one."""
    sofia = shift.sofia
    sofia.page.locator("form[action$='/take-over'] button").click()
    expect(sofia.header).to_have_attribute("data-may-reply", "yes")
    sofia.page.wait_for_load_state()

    sofia.reply("Hola Lucía, soy Sofía. Yo me encargo.")

    expect(shift.lucia.last()).to_contain_text("Yo me encargo.")
    expect(shift.lucia.state).to_contain_text("Sofía")
    expect(shift.ana.header).to_have_count(0)
    expect(shift.ana.page.locator("#chat")).to_contain_text("No hay ninguna conversación abierta")
    picture(sofia.page, "93-taken-over")
