"""The page of a chat on the operator's sites in a real Chromium."""

import pytest
from playwright.sync_api import expect

from tests.backoffice.chromium import fits, url, visit
from tests.factories.conversations import InboxFactory
from tests.factories.identity import StaffFactory

__all__ = ["url", "visit"]  # fixtures

pytestmark = pytest.mark.browser
INVITATION = {
    "page": "/planes*",
    "seconds": 20,
    "words": {"es": "¿Te ayudo a elegir?", "pt": "Posso ajudar?"},
}


@pytest.mark.parametrize(("width", "language"), [(1280, "es"), (360, "pt"), (360, "en")])
def test_the_page_fits_and_every_field_has_a_name(visit, width, language):
    inbox = InboxFactory(
        theme={"accent": "#5b21b6", "title": "Aurora Móvil", "greeting": {"es": "¡Hola!"}},
        chat={"before": {"name": "must"}, "takes_messages": True, "invitations": [INVITATION]},
        hours={"mon": [["09:00", "18:00"]]},
    )
    ada = StaffFactory(roles=["administrator"], markets=[])
    path = f"/office/channels/chats/{inbox.id}"
    page = visit(ada, path, language, viewport={"width": width, "height": 900})

    fits(page, path)

    unnamed = page.eval_on_selector_all(
        "main input:not([type=hidden]), main select, main textarea",
        "all => all.filter(each => !each.labels?.length && !each.ariaLabel).map(each => each.name)",
    )
    assert unnamed == []
    expect(page.locator("[name=title_pt]")).to_have_value("Aurora Móvil")
    expect(page.locator("[name=page]").first).to_have_value("/planes*")
    fits(page, "/office/channels")
