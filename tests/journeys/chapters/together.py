"""An agent and her supervisor on one talk: who is named is told, and a draft is there for both."""

from playwright.sync_api import expect

from tests.journeys.shift import Shift
from tests.journeys.tour import picture

DRAFT = "Ya vi el cargo que te preocupa, Lucía."


def ana_takes_her(shift: Shift) -> None:
    shift.lucia.ask("quiero hablar con una persona")

    for agent in (shift.ana, shift.diego):
        expect(agent.waiting(shift.ticket.id)).to_be_visible()
    shift.ana.accept(shift.ticket.id)

    expect(shift.lucia.state).to_contain_text("Ana")
    expect(shift.diego.waiting(shift.ticket.id)).to_have_count(0)


def a_note_names_sofia(shift: Shift) -> None:
    """She hears of it where she is; the customer of nothing."""
    ana = shift.ana
    ana.page.locator("[data-mode=note]").click()
    ana.field.press_sequentially("¿Lo miras conmigo, @sof")
    ana.page.locator("[data-people] [role=option]").filter(has_text="Sofía").click()
    ana.field.press("Enter")

    expect(ana.notes.last).to_contain_text("@Sofía Restrepo")
    expect(shift.sofia.toasts).to_be_visible()
    shift.sofia.open("/desk/for-you")
    expect(shift.sofia.page.locator("main")).to_contain_text("Ana Lucía Hernández")
    expect(shift.lucia.log).not_to_contain_text("Sofía")
    picture(shift.sofia.page, "90-mentioned")


def her_draft_is_there_for_both(shift: Shift) -> None:
    """Also after a reload: the server keeps it."""
    ana, sofia = shift.ana, shift.sofia
    ana.page.locator("[data-mode=reply]").click()
    ana.field.fill(DRAFT)
    ana.page.locator("[data-share-draft]").click()
    expect(ana.page.locator("[data-share-draft]")).to_have_attribute("aria-pressed", "true")

    sofia.open(f"/desk/conversations/{shift.conversation.id}")
    expect(sofia.page.locator("[data-shared-drafts]")).to_contain_text("Ana Lucía")
    picture(sofia.page, "91-a-shared-draft")
    ana.page.reload()

    expect(ana.field).to_have_value(DRAFT)
    ana.field.press("Enter")
    expect(shift.lucia.last()).to_contain_text(DRAFT)
    expect(sofia.messages.last).to_contain_text(DRAFT)
    expect(sofia.page.locator("[data-shared-drafts] li")).to_have_count(0)
