"""A form that is refused without a script: what the page that says so leads to."""

import re

import pytest

from tests.backoffice.money.conftest import Office
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.security.browsers import Browser, staff_browser

ADDRESS, VOUCHERS = "/board/people/teams", "/office/payments/vouchers"
WAYS = re.compile(r'class="btn[^"]*" href="([^"]*)"')


def ways_back(browser, referrer):
    answer = browser.post(ADDRESS, data={"name": ""}, headers={"Referer": referrer})
    assert answer.status_code == 400
    return WAYS.findall(answer.get_data(as_text=True))


def test_it_leads_back_to_the_page_of_the_form(app):
    boss = staff_browser(app, "administrator")

    assert ways_back(boss, f"http://localhost{ADDRESS}?x=1") == [f"{ADDRESS}?x=1", "/"]


@pytest.mark.parametrize(
    "told",
    ["", "http://[", "http://localhost//elsewhere.example", "http://localhost/\\elsewhere.example",
     "http://localhost/sign-out", "nonsense"],
)  # fmt: skip
def test_it_leads_nowhere_else_whatever_the_browser_tells(app, told):
    assert ways_back(staff_browser(app, "administrator"), told) == ["/"]


def test_the_question_who_one_is_does_not_lose_the_page_of_the_form(app):
    MarketFactory()
    office = Office(app, "billing_administrator")
    form = {"name": "Fair", "market": "MX", "value": "50", "count": "1", "expires_on": "2099-01-01"}

    def told(referrer, **more):
        answer = office.browser.post(
            VOUCHERS, data=form | more, headers={"Referer": f"http://localhost{referrer}"}
        )
        return answer.status_code, answer.get_data(as_text=True)

    status, question = told("/office/payments/vouchers?page=2")
    assert status == 428
    assert (
        '<input type="hidden" name="came_from" value="/office/payments/vouchers?page=2">'
        in question
    )
    assert '<a href="/office/payments/vouchers?page=2">Cancel</a>' in question

    status, refusal = told(
        VOUCHERS, confirmation="000000", came_from="/office/payments/vouchers?page=2"
    )
    assert status == 401
    assert WAYS.findall(refusal) == ["/office/payments/vouchers?page=2", "/"]


def test_an_address_that_is_none_is_refused_in_the_language_of_who_is_signed_in(app):
    lucia = staff_browser(app, staff=StaffFactory(roles=["agent"], language="es"))

    def refusal(browser):
        answer = browser.get("/desk/nowhere", headers={"Accept-Language": "en"})
        assert answer.status_code == 404
        return re.search(r"<h1[^>]*>([^<]*)", answer.get_data(as_text=True))[1]

    assert refusal(lucia) == "No lo encontramos."
    assert refusal(Browser(app)) == "We could not find that."
