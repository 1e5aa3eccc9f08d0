"""Dialogs in a real Chromium, opened from a part of the page that fetches itself again."""

import pytest
from playwright.sync_api import expect

from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory
from tests.windows import address, window

__all__ = ["address", "window"]  # fixtures

pytestmark = pytest.mark.browser


def test_splitting_a_ticket_is_asked_in_a_dialog_without_the_question_of_merging(window):
    ticket = TicketFactory()
    asked = []
    page = window(StaffFactory(roles=["manager"], markets=[]), f"/desk/tickets/{ticket.id}")
    page.on("dialog", lambda question: (asked.append(question.message), question.accept()))

    page.get_by_role("button", name="Split").click()

    expect(page.get_by_role("dialog").get_by_label("Subject of the new ticket")).to_be_visible()
    assert asked == []


def test_a_company_is_put_under_another_in_a_dialog(window):
    company = CustomerFactory(kind="company")
    path = f"/desk/companies/{company.id}"
    page = window(StaffFactory(roles=["manager"], markets=[]), path)

    page.get_by_role("button", name="Put under another company").click()

    expect(page.get_by_role("dialog").get_by_label("Company or department above")).to_be_visible()
