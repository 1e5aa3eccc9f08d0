"""What every answer carries, also the refusing and the broken ones."""

import pytest
from flask import Flask

from app.identity.models import SessionKind
from app.web import errors, metrics, security
from config import Config
from tests.conftest import ORIGIN
from tests.security.browsers import Browser, customer_browser, staff_browser
from tests.security.routes import routes_of

pytestmark = pytest.mark.long


def directives(answer):
    policy = answer.headers["Content-Security-Policy"]
    parts = [part.split() for part in policy.split(";")]
    return {name: values for name, *values in parts}


def faults(answer):
    """What is missing in an answer, or weaker than it should be."""
    policy = directives(answer)
    checks = {
        "unsafe policy": "unsafe" in answer.headers["Content-Security-Policy"],
        "scripts": policy["script-src"] != ["'self'"],
        "styles": policy["style-src"] != ["'self'"],
        "everything else": policy["default-src"] != ["'none'"],
        "frames": policy["frame-ancestors"] != ["'none'"],
        "base": policy["base-uri"] != ["'none'"],
        "wildcards": any("*" in value for values in policy.values() for value in values),
        "sniffing": answer.headers.get("X-Content-Type-Options") != "nosniff",
        "referrer": answer.headers.get("Referrer-Policy") != "same-origin",
        "framing": answer.headers.get("X-Frame-Options") != "DENY",
        "opener": answer.headers.get("Cross-Origin-Opener-Policy") != "same-origin",
        "features": "geolocation=()" not in answer.headers.get("Permissions-Policy", ""),
        "server": "Werkzeug" in answer.headers.get("Server", ""),
    }
    return [name for name, wrong in checks.items() if wrong]


def test_every_route_carries_them_whatever_it_answers(app, valeria, hers):
    theirs = {
        SessionKind.STAFF: staff_browser(app, staff=valeria.owner),
        SessionKind.CUSTOMER: customer_browser(app, valeria.customer),
    }
    stranger, weak = Browser(app), []
    for route in routes_of(app):
        its = theirs[route.kind]
        for browser, path in {
            (its, route.path(**hers)),
            (its, route.path()),
            (stranger, route.path()),
        }:
            answer = browser.ask(route.method, path)
            if found := faults(answer):
                weak.append((route.rule, answer.status_code, found))

    assert weak == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("DELETE", "/desk/", 403),
        ("POST", "/sign-in", 403),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/static/../config.py", 404),
        ("GET", "/static/%2e%2e/config.py", 404),
        ("GET", "/api/bot/nothing", 404),
        ("POST", "/hooks/payments/nobody", 404),
        ("OPTIONS", "/desk/", 200),
        ("GET", "/static/favicon.svg", 200),
    ],
)
def test_refusals_and_files_carry_them_too(app, method, path, status):
    answer = Browser(app).client.open(path, method=method, buffered=True)
    answer.close()

    assert (answer.status_code, faults(answer)) == (status, [])


def test_a_fault_of_ours_carries_them_and_tells_nothing_about_itself(app, monkeypatch):
    def broken():
        raise RuntimeError("the password is swordfish")

    monkeypatch.setitem(app.view_functions, "healthz", broken)

    answer = app.test_client().get("/healthz")

    assert (answer.status_code, faults(answer)) == (500, [])
    assert "swordfish" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "told"),
    [("https://care.aurora.example", "max-age=31536000; includeSubDomains"), (ORIGIN, None)],
)
def test_browsers_are_told_to_come_by_https_only_where_we_are_there(address, told):
    app = Flask(__name__)
    security.protect(app, Config(public_url=address))

    assert app.test_client().get("/").headers.get("Strict-Transport-Security") == told


@pytest.mark.parametrize(
    ("token", "sent", "address", "status"),
    [
        ("right", "Bearer right", "203.0.113.9", 200),
        ("right", "Bearer wrong", "127.0.0.1", 403),
        ("right", "", "127.0.0.1", 403),
        ("", "", "127.0.0.1", 200),
        ("", "Bearer ", "203.0.113.9", 403),
    ],
)
def test_figures_are_for_who_has_the_token_or_is_this_machine(
    database, token, sent, address, status
):
    app = Flask(__name__)
    errors.handle(app)
    metrics.install(app, Config(metrics_token=token))

    answer = app.test_client().get(
        "/metrics",
        headers={"Authorization": sent, "Accept": "application/json"},
        environ_overrides={"REMOTE_ADDR": address},
    )

    assert answer.status_code == status


def test_a_method_that_somebody_made_up_makes_no_figure_of_its_own(app):
    for method in ("BREW1", "BREW2", "BREW3"):
        app.test_client().open("/healthz", method=method)

    assert "BREW" not in app.test_client().get("/metrics").get_data(as_text=True)


def test_pages_about_people_are_kept_by_no_cache(app, valeria, hers):
    staff, customer = (
        staff_browser(app, staff=valeria.owner),
        customer_browser(app, valeria.customer),
    )

    kept = [
        route.rule
        for route in routes_of(app, "GET")
        if not route.rule.startswith("/widget/")
        and "no-store"
        not in (customer if route.rule.startswith("/my/") else staff)
        .get(route.path(**hers))
        .headers.get("Cache-Control", "")
    ]

    assert kept == []


def test_the_chat_answers_only_the_sites_of_its_inboxes(app, valeria):
    path = f"/chat/inbox/{valeria.inbox.key}"
    client = app.test_client()

    own = client.get(path, headers={"Origin": "https://aurora.example"})
    foreign = client.get(path, headers={"Origin": "https://evil.example"})

    assert own.headers["Access-Control-Allow-Origin"] == "https://aurora.example"
    assert "Access-Control-Allow-Credentials" not in own.headers
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert "Origin" in foreign.headers["Vary"]
