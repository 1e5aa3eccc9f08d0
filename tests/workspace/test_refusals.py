"""A form that is refused without a script: what the page that says so leads to."""

import re

import pytest

from tests.security.browsers import staff_browser

ADDRESS = "/board/people/teams"


def ways_back(browser, referrer):
    answer = browser.post(ADDRESS, data={"name": ""}, headers={"Referer": referrer})
    assert answer.status_code == 400
    return re.findall(r'class="btn[^"]*" href="([^"]*)"', answer.get_data(as_text=True))


def test_it_leads_back_to_the_page_of_the_form(app):
    boss = staff_browser(app, "administrator")

    assert ways_back(boss, f"http://localhost{ADDRESS}/new?x=1") == [f"{ADDRESS}/new?x=1", "/"]


@pytest.mark.parametrize(
    "told",
    ["", "http://[", "http://localhost//elsewhere.example", "http://localhost/\\elsewhere.example",
     f"http://localhost{ADDRESS}", "nonsense"],
)  # fmt: skip
def test_it_leads_nowhere_else_whatever_the_browser_tells(app, told):
    assert ways_back(staff_browser(app, "administrator"), told) == ["/"]
