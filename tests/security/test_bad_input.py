"""What cannot be understood is refused with a code; nothing breaks and nothing is written."""

import io
import json

import pytest

from app.core import db
from tests.security.bodies import (
    BARE,
    FILES,
    FORMS,
    JSONS,
    RAW,
    RAW_JSON,
    SIGNED,
    TEXTS,
    VALUES,
    Senders,
    hers_for,
    posts_of,
)
from tests.security.digest import digest
from tests.security.routes import UNKNOWN, routes_of

pytestmark = pytest.mark.usefixtures("confirmed")

BAD_IDS = [str(UNKNOWN), "1", "%00", "%ED%A0%80", "x" * 3000]
QUERIES = {
    "workspace.customers": ["q"],
    "workspace.customer_overview": ["conversation"],
    "workspace.tickets": ["status", "topic", "priority", "whose", "q", "after"],
    "workspace.knowledge": ["q", "category", "language"],
    "workspace.kb_panel": ["q", "about"],
    "workspace.palette": ["q"],
    "workspace.line_usage": ["kind"],
    "workspace.messages": ["after", "before"],
    "workspace.ask_ticket": ["q", "customer"],
    "workspace.confirm_add_on": ["offer_version_id"],
    "backoffice.offers": ["q", "market", "service", "mode", "kind"],
    "backoffice.new_offer": ["market"],
    "backoffice.discounts": ["market"],
    "backoffice.new_discount": ["market"],
    "backoffice.simulator": ["q", "customer", "account", "offer", "code"],
    "backoffice.review": ["decision", "reason", "source", "day", "after"],
    "backoffice.ask_many": ["id", "decision"],
    "backoffice.usage_files": ["source", "status", "after"],
    "supervision.audit_trail": ["action", "object_id", "before"],
    "portal.help": ["q"],
    "portal.usage": ["line"],
    "portal.plans": ["changed"],
    "workspace.sign_in": ["next"],
    "portal.chat.face": ["language"],
    "bot_api.balance": ["line_id", "language"],
    "bot_api.plans": ["line_id"],
    "bot_api.articles": ["q"],
}


class Sweep:
    """Sends one thing after the other, undoes each, and remembers what was wrong."""

    def __init__(self, senders):
        self._senders = senders
        self._before = digest()
        self.wrong = []

    def send(self, route, what, *, path, must_refuse=False, **more):
        db.session.rollback()
        point = db.session.get_bind().begin_nested()
        answer = self._senders.send(route, path, **more)
        faults = [*self._faults(answer, must_refuse)]
        db.session.rollback()
        point.rollback()
        self.wrong += [(route.endpoint, what, answer.status_code, each) for each in faults]

    def _faults(self, answer, must_refuse):
        if answer.status_code >= 500:
            yield "broke"
        elif answer.status_code >= 400:
            yield from self._faults_of_refusal(answer)
        elif must_refuse:
            yield "was accepted"

    def _faults_of_refusal(self, answer):
        if not has_code(answer):
            yield "told no code"
        after = digest()
        yield from (f"wrote {name}" for name in after if after[name] != self._before[name])


def has_code(answer):
    """In JSON, in htmx's header, as words above the form shown again, or as the way to sign in."""
    if answer.is_json:
        return bool(answer.json.get("code"))
    headers = {"X-Refusal", "HX-Redirect"} & set(answer.headers.keys())
    return bool(headers) or 'role="alert"' in answer.get_data(as_text=True)


@pytest.fixture
def sweep(app, valeria, widget_token):
    return Sweep(Senders(app, valeria, widget_token))


def test_every_route_that_takes_something_is_in_the_sweeps(app):
    known = set(FORMS) | set(JSONS) | BARE | FILES | SIGNED

    assert {route.endpoint for route in routes_of(app, "POST")} == known


def test_ids_that_are_nothings_or_no_ids(app, sweep, hers):
    for route in routes_of(app):
        for name in route.arguments:
            for bad in BAD_IDS:
                path = route.path(**{**hers_for(route, hers), name: bad})
                sweep.send(route, (name, bad[:20]), path=path, must_refuse=True)

    assert sweep.wrong == []


def test_fields_of_forms(app, sweep, hers):
    for route in posts_of(app):
        form = FORMS.get(route.endpoint, {})
        for field in form:
            for what, bad in TEXTS.items():
                sweep.send(route, (field, what), path=route.path(**hers), data={**form, field: bad})

    assert sweep.wrong == []


def test_files_where_words_belong(app, sweep, hers):
    for route in posts_of(app):
        for field in FORMS.get(route.endpoint, {}):
            file = {field: (io.BytesIO(b"x"), "x.txt")}
            sweep.send(
                route,
                field,
                path=route.path(**hers),
                data=file,
                content_type="multipart/form-data",
            )

    assert sweep.wrong == []


def test_fields_of_json(app, sweep, hers):
    for route in posts_of(app):
        sent = JSONS.get(route.endpoint, {})
        for field in sent:
            for what, bad in VALUES.items():
                sweep.send(
                    route,
                    (field, what),
                    path=route.path(**hers_for(route, hers)),
                    data=json.dumps({**sent, field: bad}),
                    content_type="application/json",
                )

    assert sweep.wrong == []


@pytest.mark.parametrize("field", ["status", "customer_id", "role", "balance", "created_at"])
def test_fields_that_nobody_offered(app, sweep, hers, field):
    for route in posts_of(app):
        path = route.path(**hers_for(route, hers))
        if sent := JSONS.get(route.endpoint):
            sweep.send(route, field, path=path, must_refuse=True, json={**sent, field: "x"})

    assert sweep.wrong == []


def test_bodies_that_are_something_else(app, sweep, hers):
    for route in posts_of(app):
        path = route.path(**hers_for(route, hers))
        for what, (body, content_type) in RAW.items() if route.endpoint not in BARE else ():
            must_refuse = route.endpoint in JSONS
            sent = {"data": body, "content_type": content_type}
            sweep.send(route, what, path=path, must_refuse=must_refuse, **sent)

    assert sweep.wrong == []


def test_json_that_is_no_object(app, sweep, hers):
    for route in posts_of(app):
        path = route.path(**hers_for(route, hers))
        for what, body in RAW_JSON.items() if route.endpoint in {*JSONS, *SIGNED} else ():
            sent = {"data": body, "content_type": "application/json"}
            sweep.send(route, what, path=path, must_refuse=True, **sent)

    assert sweep.wrong == []


def test_words_of_questions(app, sweep, hers):
    for route in routes_of(app, "GET"):
        path = route.path(**hers_for(route, hers))
        for name in QUERIES.get(route.endpoint, ()):
            for what, bad in TEXTS.items():
                sweep.send(route, (name, what), path=path, query_string={name: bad})
            sweep.send(route, (name, "surrogate"), path=f"{path}?{name}=%ED%A0%80%FF")

    assert sweep.wrong == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.png", b"", id="empty"),
        pytest.param("a.png", b"<svg onload=alert(1)>", id="SVG"),
        pytest.param("a.png", b"<html><script>alert(1)</script>", id="HTML"),
        pytest.param("a.exe", b"MZ" + bytes(200), id="a program"),
        pytest.param("a.png", b"\x89PNG\r\n\x1a\n" + bytes(50), id="half a picture"),
        pytest.param("a.pdf", b"%PDF-1.7\n" + bytes(25 * 1024 * 1024), id="too large"),
    ],
)
def test_files_that_are_not_taken(app, sweep, hers, name, content):
    for route in posts_of(app):
        if route.endpoint in FILES:
            file = {"file": (io.BytesIO(content), name)}
            sweep.send(route, name, path=route.path(**hers), must_refuse=True, data=file)

    assert sweep.wrong == []


def test_requests_larger_than_anything_we_take(app, sweep, hers):
    for route in posts_of(app):
        if route.endpoint in FILES:
            sent = {
                "data": bytes(27 * 1024 * 1024),
                "content_type": "multipart/form-data; boundary=b",
            }
            sweep.send(route, "27 MiB", path=route.path(**hers), must_refuse=True, **sent)

    assert sweep.wrong == []


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "a\0.pdf", "a\r\nX: y.pdf", "x" * 9000])
def test_names_of_files_are_only_names(app, sweep, hers, name):
    for route in posts_of(app):
        if route.endpoint in FILES:
            file = {"file": (io.BytesIO(b"%PDF-1.7\n..."), name)}
            sweep.send(route, name[:20], path=route.path(**hers), data=file)

    assert sweep.wrong == []


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Cookie", "__Host-dialtone-staff=\xff\x01; language=\xff"),
        ("Cookie", "language=" + "x" * 5000),
        ("Cookie", ";=;;__Host-dialtone-customer"),
        ("Accept-Language", "x" * 5000 + ";q=9,*;q=-1"),
        ("Accept", "a/b/c;q=x,,"),
        ("Authorization", "Bearer \xff\xfe"),
        ("Origin", "null"),
        ("Host", "evil.example:99999"),
        ("X-CSRF-Token", "\xff"),
        ("User-Agent", "\xff" * 5000),
        ("HX-Target", "<script>"),
    ],
)
def test_headers_that_make_no_sense(app, hers, header, value):
    client = app.test_client()
    broken = []
    for route in routes_of(app):
        ask = client.get if route.method == "GET" else client.post
        answer = ask(route.path(**hers), headers={header: value}, buffered=True)
        if answer.status_code >= 500:
            broken.append((route.endpoint, answer.status_code))

    assert broken == []
