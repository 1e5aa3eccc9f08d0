"""Every route, asked by everybody: only who holds its permission is let in."""

import io
import re
from collections import Counter
from dataclasses import replace

import pytest

from app.conversations.service import chat
from app.identity.models import SessionKind
from app.identity.permissions import CUSTOMER, ROLES, permissions_of
from tests.factories.conversations import SITE, InboxFactory
from tests.factories.customers import CustomerFactory
from tests.security.bodies import FORMS
from tests.security.browsers import Browser, customer_browser, staff_browser
from tests.security.digest import digest
from tests.security.routes import UNKNOWN, routes_of

pytestmark = pytest.mark.long

# Articles are written for all markets, and a gateway is tried for all.
EVERYBODYS = {
    "workspace.article",
    "workspace.take_down_shelf",
    "workspace.write_words",
    "backoffice.try_gateway",
}
# Where what the sweeps send would not be understood, and so tells nothing about whose it is.
RIGHT = {
    "workspace.order_disconnection": {"reason": "request"},
    "workspace.schedule_plan": {"key": str(UNKNOWN)},
    "workspace.transfer": {"to": str(UNKNOWN)},
    "workspace.send_template": {"template": str(UNKNOWN)},
    "backoffice.choose_gateway": {"method": "card"},
}
BOTS_TOKEN = {"Authorization": "Bearer development-only"}


def is_let_in(answer):
    """Refused is who is sent to sign in, lacks the permission or a token; not who signed out."""
    sent_away = answer.status_code == 303 and "/sign-in" in answer.location
    sent_away = sent_away and "Set-Cookie" not in answer.headers
    return not sent_away and answer.status_code not in {401, 403}


def wrongly_answered(app, browser, kind, permissions):
    """Each route that let in, or refused, against the permission that it names."""
    wrong = []
    for route in routes_of(app):
        if route.is_public:
            continue
        answer = browser.ask(route.method, route.path())
        allowed = (
            not route.is_for_machines and route.kind == kind and route.permission in permissions
        )
        if is_let_in(answer) != allowed or answer.status_code >= 500:
            wrong.append((route.method, route.rule, answer.status_code))
    return wrong


@pytest.mark.parametrize("role", sorted(ROLES))
def test_staff_get_in_where_their_role_allows_and_nowhere_else(app, role):
    browser = staff_browser(app, role)

    assert wrongly_answered(app, browser, browser.kind, permissions_of([role])) == []


def test_every_route_names_who_may_enter_and_no_two_share_an_address(app):
    """Missing here? Put `@staff_with(…)`, `@customer_with(…)` or `@open_to_all` above the view."""
    routes = routes_of(app)
    addresses = Counter((each.method, re.sub("<[^>]+>", "<>", each.rule)) for each in routes)

    assert [each.endpoint for each in routes if not each.permission] == []
    assert [address for address, count in addresses.items() if count > 1] == []


def test_a_customer_gets_into_her_own_pages_and_nowhere_else(app):
    browser = customer_browser(app, CustomerFactory())

    assert wrongly_answered(app, browser, browser.kind, CUSTOMER) == []


def test_a_stranger_gets_in_nowhere(app):
    assert wrongly_answered(app, Browser(app), None, frozenset()) == []


def test_a_role_that_nobody_knows_gives_nothing(app):
    browser = staff_browser(app, "root")

    assert wrongly_answered(app, browser, browser.kind, permissions_of([])) == []


def test_what_is_open_to_all_answers_everybody_without_a_fault(app):
    InboxFactory()
    browser = Browser(app)

    answers = [
        (route, browser.ask(route.method, route.path()))
        for route in routes_of(app)
        if route.is_public
    ]

    assert [(r.rule, a.status_code) for r, a in answers if a.status_code >= 500] == []


def test_a_widgets_token_opens_the_chat_and_nothing_else(app, valeria, widget_token):
    bearer = {"Authorization": f"Bearer {widget_token}", "Origin": SITE}
    browser = Browser(app)

    elsewhere = [
        route.rule
        for route in routes_of(app)
        if not route.is_public
        and is_let_in(browser.ask(route.method, route.path(), headers=bearer))
    ]
    file = browser.get(f"/chat/attachments/{valeria.attachment.id}", headers=bearer)
    spoken = app.test_client().post("/chat/language", json={"language": "pt"}, headers=bearer)

    assert elsewhere == []
    assert file.status_code == 404, "an agent's unsent upload is not the customer's"
    assert spoken.status_code == 200


def test_a_session_of_a_customer_is_no_widgets_token(app):
    inbox = InboxFactory()
    opened = chat.open_widget(
        inbox.key, identity_token=None, resume_token=None, language="es", origin=SITE
    )
    browser = app.test_client()
    browser.set_cookie("__Host-dialtone-customer", opened.token, domain="localhost", secure=True)

    assert browser.get("/my/").location.startswith("/my/sign-in")


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer ", "Bearer null", "Basic development-only", "Bearer é"]
)
def test_the_bots_door_opens_only_for_its_exact_token(app, valeria, token):
    address = f"/api/bot/conversations/{valeria.with_bot.id}/context"

    refused = app.test_client().get(address, headers={"Authorization": token})
    welcome = app.test_client().get(address, headers=BOTS_TOKEN)

    assert (refused.status_code, refused.json["code"]) == (401, "wrong_token")
    assert welcome.status_code == 200


@pytest.mark.parametrize("sent", ["Bearer", "Bearer "])
def test_where_no_token_is_set_the_bots_door_is_shut(app, valeria, monkeypatch, sent):
    config = replace(app.config["DIALTONE"], bot_service_token="")
    monkeypatch.setitem(app.config, "DIALTONE", config)
    address = f"/api/bot/conversations/{valeria.with_bot.id}/context"

    assert app.test_client().get(address, headers={"Authorization": sent}).status_code == 401


@pytest.mark.usefixtures("confirmed")
def test_staff_of_another_market_find_nothing_of_hers_and_change_nothing(app, hers):
    browser = staff_browser(app, "administrator", markets=["BR"])
    before = digest()

    found = {
        (route.method, route.rule): ask_for(browser, route, hers).status_code
        for route in routes_of(app)
        if route.path(**hers) != route.path() and route.kind is SessionKind.STAFF
        if not (route.is_public or route.is_for_machines or route.endpoint in EVERYBODYS)
    }

    assert {what: status for what, status in found.items() if status != 404} == {}
    assert digest() == before


@pytest.mark.usefixtures("confirmed")
def test_another_customer_finds_nothing_of_hers(app, hers):
    browser = customer_browser(app, CustomerFactory())

    found = {
        (route.method, route.rule): ask_for(browser, route, hers).status_code
        for route in routes_of(app)
        if route.path(**hers) != route.path() and route.rule.startswith("/my/")
    }

    assert set(found.values()) == {404}, found


def test_another_customers_line_in_a_question_is_not_found(app, hers):
    browser = customer_browser(app, CustomerFactory())

    assert browser.get(f"/my/usage?line={hers['line_id']}").status_code == 404


BODIES = {
    "workspace.say": {"text": "x", "key": "k"},
    "workspace.mark_read": {"seq": 1},
    "workspace.keep_draft": {"kind": "reply", "text": "x"},
    "workspace.hold_call": {"on": True},
}


def ask_for(browser, route, hers):
    """With a form that would be right, if it were theirs to send."""
    path = route.path(**hers)
    if route.method == "GET":
        return browser.get(path)
    if route.endpoint in BODIES:
        return browser.post(path, json=BODIES[route.endpoint])
    form = {"resolution": "x", "priority": "high", "reason": "lost", "effect": "all"}
    form |= {"offer_version_id": str(hers["version_id"]), "amount": "10", "key": "k"}
    form |= {name: str(hers[f"{name}_id"]) for name in ("method",)}
    form = {**FORMS.get(route.endpoint, {}), **form, **RIGHT.get(route.endpoint, {})}
    if route.endpoint == "workspace.upload":
        return browser.post(path, data={"file": (io.BytesIO(b"%PDF-1.7"), "a.pdf")})
    offered = browser.client.application.view_functions[route.endpoint].fields
    return browser.post(path, data={name: each for name, each in form.items() if name in offered})
