"""What cannot be understood is refused with a code; nothing breaks and nothing is written."""

import inspect
import io
import json
import os
import random
import re

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
from tests.security.digest import attempts, digest
from tests.security.routes import UNKNOWN, routes_of

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("confirmed")]

SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
EXAMPLES = int(os.environ.get("EXAMPLES", "3"))
NO_IDS = ["1", "%00", "%ED%A0%80", "x" * 3000]
HEADERS = [
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
]
QUERIES = {
    "scim.find_users": ["filter", "startIndex", "count", "attributes", "excludedAttributes"],
    "scim.find_groups": ["filter", "startIndex", "count", "attributes", "excludedAttributes"],
    "workspace.customers": ["q"],
    "workspace.customer_overview": ["conversation"],
    "workspace.tickets": ["status", "topic", "priority", "whose", "q", "after", "tag", "sort"],
    "workspace.queue": ["view"],
    "workspace.new_view": ["status", "category", "whose", "tag", "q", "sort"],
    "workspace.edit_view": ["status", "category", "whose", "tag", "q", "sort"],
    "workspace.knowledge": ["q", "category", "language"],
    "workspace.kb_panel": ["q", "about", "conversation"],
    "workspace.kb_panel_results": ["q", "conversation"],
    "workspace.article": ["language", "conversation"],
    "workspace.new_article": ["title", "search_words", "language"],
    "workspace.article_version": ["against"],
    "workspace.kb_due": ["whose"],
    "workspace.kb_gaps": ["days", "language"],
    "workspace.kb_words": ["language"],
    "workspace.palette": ["q"],
    "workspace.search": ["q", "kind", "market", "status", "since", "until"],
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
    "supervision.audit_trail": ["action", "object_id", "actor", "since", "until", "before"],
    "supervision.access_alerts": ["status"],
    "supervision.privacy": ["customer"],
    "supervision.access_review": ["month", "actor"],
    "portal.help": ["q", "language"],
    "portal.help_home": ["q"],
    "supervision.any_report": ["measures", "by", "period", "since", "within", "agent", "report"],
    "supervision.report_rows": ["measures", "measure", "keys", "offset", "channel"],
    "supervision.feedback": ["done"],
    "supervision.board": ["arrange"],
    "supervision.quality_reviews": ["by"],
    "supervision.score_cards": ["card"],
    "supervision.quality_form": ["card"],
    "supervision.shifts": ["market", "day"],
    "portal.usage": ["line"],
    "portal.plans": ["changed", "promotion"],
    "workspace.sign_in": ["next", "done"],
    "portal.chat.face": ["language"],
    "bot_api.balance": ["line_id", "language"],
    "bot_api.bill": ["number", "month"],
    "bot_api.explained_bill": ["number", "month"],
    "bot_api.payments": ["amount"],
    "bot_api.top_up": ["line_id"],
    "bot_api.plans": ["line_id"],
    "bot_api.activations": ["iccid"],
    "bot_api.roaming": ["country", "line_id"],
    "bot_api.articles": ["q"],
    "workspace.welcome": ["token"],
    "workspace.reset_form": ["token"],
    "workspace.my_security": ["done"],
    "workspace.back_from_sign_on": ["state", "code"],
    "workspace.authorize": [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "code_challenge",
        "code_challenge_method",
    ],
    "workspace.ask_to_reveal": ["field", "object_id"],
    "workspace.mail": ["pictures"],
    "workspace.mail_page": ["pictures"],
    "workspace.activations": ["status", "after"],
    "workspace.review": ["plan", "sim", "iccid", "number"],
    "workspace.choose_customer": ["q"],
    "workspace.alike_tickets": ["customer", "subject"],
    "workspace.ask_ticket_fields": ["type"],
    "workspace.line_records": ["after", "kind", "day"],
    "workspace.verification": ["customer"],
    "workspace.customer_lines": ["start"],
    "backoffice.autopay": ["market", "state"],
    "backoffice.ledger": ["before"],
    "backoffice.payments": ["after", "status", "provider", "on", "amount", "customer"],
    "backoffice.reconciled_lines": ["kind", "market", "month"],
    "backoffice.simulation": ["day", "market", "reference"],
    "backoffice.stock": ["taken"],
    "supervision.action_row": ["action_kind", "action_step"],
    "supervision.condition_row": ["condition_field", "condition_group"],
    "supervision.rule_runs": ["rule", "ticket", "after"],
    "supervision.people": ["done"],
    "supervision.person": ["done"],
    "supervision.rights": ["q"],
    "supervision.at_risk": ["market", "goal"],
    "supervision.bot_report": ["market", "days"],
    "supervision.bot_review": ["before", "intent", "language", "day", "rating", "shown"],
    "portal.sign_in": ["next", "done"],
    "portal.reset_form": ["token"],
    "portal.security": ["done"],
    "portal.care_pin": ["done"],
    "portal.ask_voucher": ["added"],
    "bot_api.addons": ["line_id"],
    "bot_api.leaving": ["line_id"],
    "bot_api.network": ["line_id"],
    "bot_api.port_out": ["line_id"],
    "bot_api.port_out_code": ["line_id"],
    "bot_api.puk": ["line_id"],
    "bot_api.usage": ["line_id"],
    "backoffice.invoices": ["market", "q", "amount", "state", "after"],
    "backoffice.receivables": ["market"],
    "backoffice.reconciliation": ["market", "since"],
    "backoffice.revenue": ["market"],
    "backoffice.runs": ["market"],
}
_READ = re.compile(r'\bargs(?:\.get|\.getlist)?[\(\[]\s*"(\w+)"')


class Sweep:
    """Sends one thing after the other, undoes each, and remembers what was wrong."""

    def __init__(self, senders):
        self._senders = senders
        self._before = digest()
        self._attempted = attempts()
        self.wrong = []

    def send(self, route, what, *, path, must_refuse=False, **more):
        db.session.rollback()
        point = db.session.get_bind().begin_nested()
        answer = self._senders.send(route, path, **more)
        db.session.rollback()
        before, self._attempted = self._attempted, attempts()
        faults = [*self._faults(answer, must_refuse, wrote=before != self._attempted)]
        db.session.rollback()
        point.rollback()
        self.wrong += [(route.endpoint, what, answer.status_code, each) for each in faults]

    def _faults(self, answer, must_refuse, wrote):
        if answer.status_code >= 500:
            yield "broke"
        elif answer.status_code >= 400:
            yield from self._faults_of_refusal(answer, wrote)
        elif must_refuse and answer.status_code != 308:  # another route, which is asked then
            yield "was accepted"

    def _faults_of_refusal(self, answer, wrote):
        if not has_code(answer):
            yield "told no code"
        after = digest() if wrote else self._before
        yield from (f"wrote {name}" for name in after if after[name] != self._before[name])


def has_code(answer):
    """In JSON, in htmx's header, as words above the form shown again, or as the way to sign in."""
    if answer.is_json:
        return bool(answer.json.get("code")) or SCIM_ERROR in answer.json.get("schemas", [])
    headers = {"X-Refusal", "HX-Redirect"} & set(answer.headers.keys())
    return bool(headers) or 'role="alert"' in answer.get_data(as_text=True)


def some(bad):
    """Others in each run and for each field: all of them for all fields, as with EXAMPLES=100, take
    minutes."""
    bad = list(bad)
    return random.sample(bad, min(EXAMPLES, len(bad)))


def bad_ids_of(converter):
    """What is no UUID is no address where one is asked for: the page never sees it."""
    no_ids = some(NO_IDS)[:1] if converter == "UUIDConverter" else NO_IDS
    return [str(UNKNOWN), *no_ids]


@pytest.fixture
def sweep(app, valeria, hers, widget_token):  # made last: what is there is the beginning
    return Sweep(Senders(app, valeria, widget_token))


def test_every_route_that_takes_something_is_in_the_sweeps(app):
    known = set(FORMS) | set(JSONS) | BARE | FILES | SIGNED

    assert {route.endpoint for route in routes_of(app, "POST")} == known


def test_ids_that_are_nothings_or_no_ids(app, sweep, hers):
    for route in routes_of(app):
        for name, converter in route.arguments.items():
            for bad in bad_ids_of(converter):
                path = route.path(**{**hers_for(route, hers), name: bad})
                sweep.send(route, (name, bad[:20]), path=path, must_refuse=True)

    assert sweep.wrong == []


def test_fields_of_forms(app, sweep, hers):
    for route in posts_of(app):
        form = FORMS.get(route.endpoint, {})
        for field in form:
            for what, bad in some(TEXTS.items()):
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
            for what, bad in some(VALUES.items()):
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
        for what, (body, content_type) in some(RAW.items()) if route.endpoint not in BARE else ():
            must_refuse = route.endpoint in JSONS
            sent = {"data": body, "content_type": content_type}
            sweep.send(route, what, path=path, must_refuse=must_refuse, **sent)

    assert sweep.wrong == []


def test_json_that_is_no_object(app, sweep, hers):
    for route in posts_of(app):
        path = route.path(**hers_for(route, hers))
        for what, body in some(RAW_JSON.items()) if route.endpoint in {*JSONS, *SIGNED} else ():
            sent = {"data": body, "content_type": "application/json"}
            sweep.send(route, what, path=path, must_refuse=True, **sent)

    assert sweep.wrong == []


def test_every_word_that_a_page_reads_of_its_question_is_in_the_sweeps(app):
    silent = [
        (route.endpoint, word)
        for route in routes_of(app, "GET")
        for word in _READ.findall(
            inspect.getsource(inspect.unwrap(app.view_functions[route.endpoint]))
        )
        if word not in QUERIES.get(route.endpoint, ())
    ]

    assert silent == []


def test_words_of_questions(app, sweep, hers):
    for route in routes_of(app, "GET"):
        path = route.path(**hers_for(route, hers))
        for name in QUERIES.get(route.endpoint, ()):
            for what, bad in some(TEXTS.items()):
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


def test_headers_that_make_no_sense(app, hers):
    client = app.test_client()
    broken = []
    for route in routes_of(app):
        ask = client.get if route.method == "GET" else client.post
        for header, value in some(HEADERS):
            answer = ask(route.path(**hers), headers={header: value}, buffered=True)
            if answer.status_code >= 500:
                broken.append((route.endpoint, header, value, answer.status_code))

    assert broken == []
