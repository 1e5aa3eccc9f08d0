"""What another site, or another session, makes a browser send changes nothing."""

import pytest

from tests.conftest import ORIGIN
from tests.factories.identity import StaffFactory
from tests.security.bodies import FORMS, JSONS
from tests.security.browsers import Browser, customer_browser, staff_browser
from tests.security.digest import digest
from tests.security.routes import routes_of

pytestmark = pytest.mark.long

MACHINES = ("/api/", "/scim/", "/hooks/", "/chat/")


def forms_of(app):
    """Every route that a browser's cookies would open."""
    return [each for each in routes_of(app, "POST") if not each.rule.startswith(MACHINES)]


def attempts(app, valeria, hers, forge):
    """Send every form with what is right about it, but for what `forge(browser)` gives."""
    staff, customer = (
        staff_browser(app, staff=valeria.owner),
        customer_browser(app, valeria.customer),
    )
    before = digest()
    let_through = []
    for route in forms_of(app):
        browser = customer if route.rule.startswith("/my/") else staff
        headers = forge(browser)
        body = {"json": JSONS[route.endpoint]} if route.endpoint in JSONS else {}
        body = body or {"data": FORMS.get(route.endpoint, {})}
        answer = browser.client.post(route.path(**hers), headers=headers, buffered=True, **body)
        if (answer.status_code, answer.headers.get("X-Refusal")) != (403, "forged_request"):
            let_through.append((route.endpoint, answer.status_code))
    return let_through, [name for name, now in digest().items() if now != before[name]]


HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        f"{ORIGIN}.evil.example",
        f"{ORIGIN}:8080",
        "http://",
        "",
    ],
)
def test_what_comes_from_elsewhere_is_refused(app, valeria, hers, origin):
    def forge(browser):
        sent = {**HTMX, "X-CSRF-Token": browser.csrf_token()}
        return sent if origin is None else {**sent, "Origin": origin}

    assert attempts(app, valeria, hers, forge) == ([], [])


@pytest.mark.parametrize("token", [None, "", "0", "é"])
def test_what_carries_no_token_of_ours_is_refused(app, valeria, hers, token):
    def forge(_browser):
        sent = {**HTMX, "Origin": ORIGIN}
        return sent if token is None else {**sent, "X-CSRF-Token": token}

    assert attempts(app, valeria, hers, forge) == ([], [])


def test_the_token_of_another_session_is_refused(app, valeria, hers):
    mallory = staff_browser(app, staff=StaffFactory(roles=["administrator"]))

    def forge(_browser):
        return {**HTMX, "Origin": ORIGIN, "X-CSRF-Token": mallory.csrf_token()}

    assert attempts(app, valeria, hers, forge) == ([], [])


def test_the_token_of_ones_earlier_session_is_refused(app, valeria, hers):
    earlier = {
        "staff": staff_browser(app, staff=valeria.owner),
        "customer": customer_browser(app, valeria.customer),
    }

    def forge(browser):
        return {**HTMX, "Origin": ORIGIN, "X-CSRF-Token": earlier[browser.kind].csrf_token()}

    assert attempts(app, valeria, hers, forge) == ([], [])


def test_a_stranger_signs_in_only_from_our_own_page(app):
    form = {"email": "a@b.example", "password": "x"}
    elsewhere = app.test_client().post(
        "/sign-in", data=form, headers={"Origin": "https://e.example"}
    )
    here = Browser(app).post("/sign-in", data=form)

    assert (elsewhere.status_code, here.status_code) == (403, 401)


def test_cookies_open_no_door_that_is_made_for_machines(app, valeria, hers):
    """These take no form tokens, so they must not take cookies either."""
    browser = staff_browser(app, staff=valeria.owner)
    opened = [
        route.rule
        for route in routes_of(app)
        if route.rule.startswith(("/api/", "/chat/attachments", "/chat/upload", "/chat/language"))
        and not (route.is_for_machines and route.is_public)
        and browser.client.open(route.path(**hers), method=route.method).status_code != 401
    ]

    assert opened == []


def test_looking_changes_nothing_but_the_trail_that_tells_of_it(app, valeria, hers):
    staff, customer = (
        staff_browser(app, staff=valeria.owner),
        customer_browser(app, valeria.customer),
    )
    before = digest()

    for route in routes_of(app, "GET"):
        browser = customer if route.rule.startswith("/my/") else staff
        assert browser.get(route.path(**hers)).status_code < 500, route.rule

    changed = {name for name, now in digest().items() if now != before[name]}
    assert changed <= {"audit_entry", "audit_link"}
