"""One thing is done to many tickets, and taken back; a choice is kept as a view."""

from playwright.sync_api import Locator, expect

from tests.journeys.shift import Shift
from tests.journeys.tour import picture

SUBJECTS = ("Quiere pasar de prepago a un plan", "Felicita a la técnica que instaló su fibra")


def diego_tags_two_and_thinks_again(shift: Shift) -> None:
    page = shift.diego.page
    shift.diego.open("/desk/tickets")
    for subject in SUBJECTS:
        page.get_by_role("row").filter(has_text=subject).locator("[data-select]").check()
    picture(page, "94-two-are-selected")
    page.locator("#bulk [hx-get$='/bulk/tag']").click()
    _answer(page.locator("#bulk-tag"), "seguimiento")

    expect(page.locator("#bulk-done")).to_be_visible()
    expect(page.locator("#bulk-done [data-undo]")).to_be_visible()
    assert _tagged(shift) == sorted(SUBJECTS)
    picture(page, "95-done-to-both")
    page.locator("#bulk-done [data-undo]").click()
    expect(page.locator("#bulk-done [data-undo]")).to_have_count(0)
    assert _tagged(shift) == []


def diego_keeps_a_view(shift: Shift) -> None:
    """It is there with its count wherever he signs in next."""
    page = shift.diego.page
    shift.diego.open("/desk/tickets?topic=sales")
    page.locator("#views [hx-get$='/views/new']").click()
    _answer(page.locator("#view-name"), "Ventas abiertas")

    kept = page.locator("#views .view").filter(has_text="Ventas abiertas")
    expect(kept).to_be_visible()
    picture(page, "96-a-view")
    shift.diego.open("/desk/tickets")
    kept.get_by_role("link").click()
    expect(page.get_by_role("row").filter(has_text=SUBJECTS[0])).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=SUBJECTS[1])).to_have_count(0)


def _answer(field: Locator, words: str) -> None:
    """What a dialog asks, once it is there and waits for it."""
    expect(field).to_be_focused()
    field.fill(words)
    field.press("Enter")


def _tagged(shift: Shift) -> list[str]:
    found = shift.records.all(
        "SELECT subject FROM ticket JOIN ticket_tag ON ticket_id = ticket.id"
        " WHERE tag = 'seguimiento' ORDER BY subject"
    )
    return [each.subject for each in found]
