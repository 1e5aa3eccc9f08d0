"""Coming in and going out."""

import re

import pytest

from app.identity import passwords
from tests.factories.customers import CustomerFactory

PASSWORD = "correct horse battery"


def customer(**more):
    return CustomerFactory(password_hash=passwords.hashed(PASSWORD), **more)


def sign_in(browser, email, password, **more):
    page = browser.get("/my/sign-in").text
    token = re.search(r'name="csrf_token" value="(\w*)"', page).group(1)
    form = {"csrf_token": token, "email": email, "password": password, **more}
    return browser.post("/my/sign-in", data=form)


def test_a_customer_signs_in_and_lands_on_the_page_she_wanted(browser):
    her = customer(email="valeria@example.com")

    answer = sign_in(browser, " Valeria@Example.com ", PASSWORD, next="/my/bills")

    assert (answer.status_code, answer.location) == (303, "/my/bills")
    assert her.first_name in browser.get("/my/").text


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/desk/", ""])
def test_signing_in_never_leads_elsewhere(browser, elsewhere):
    customer(email="valeria@example.com")

    answer = sign_in(browser, "valeria@example.com", PASSWORD, next=elsewhere)

    assert answer.location == "/my/"


def test_known_and_unknown_accounts_are_refused_alike(browser):
    customer(email="known@example.com")
    CustomerFactory(email="without@example.com", password_hash=None)

    answers = [
        sign_in(browser, email, "not the password")
        for email in ("known@example.com", "unknown@example.com", "without@example.com", "\0")
    ]

    words = {re.search(r'role="alert">(.*?)<', each.text).group(1) for each in answers}
    assert {each.status_code for each in answers} == {401}
    assert len(words) == 1


def test_after_five_failures_the_right_password_has_to_wait(browser):
    customer(email="valeria@example.com")
    for _ in range(5):
        sign_in(browser, "valeria@example.com", "not the password")

    assert sign_in(browser, "valeria@example.com", PASSWORD).status_code == 429


def test_signing_out_ends_the_session_and_what_the_browser_remembers(browser):
    customer(email="valeria@example.com")
    sign_in(browser, "valeria@example.com", PASSWORD)
    cookie = browser.get_cookie("__Host-dialtone-customer", domain="care.aurora.example").value
    token = re.search(r'name="csrf_token" value="(\w+)"', browser.get("/my/bills").text).group(1)

    answer = browser.post("/my/sign-out", data={"csrf_token": token})

    assert answer.headers["Clear-Site-Data"] == '"storage"'
    browser.set_cookie("__Host-dialtone-customer", cookie, domain="care.aurora.example")
    assert browser.get("/my/bills").location.startswith("/my/sign-in")


def test_who_was_signed_out_in_the_meantime_can_sign_in_again(browser):
    customer(email="valeria@example.com")
    browser.set_cookie("__Host-dialtone-customer", "long over", domain="care.aurora.example")

    assert sign_in(browser, "valeria@example.com", PASSWORD).status_code == 303
