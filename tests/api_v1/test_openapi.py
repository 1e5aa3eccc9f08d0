"""The published document and the routes say the same."""

import re

import pytest

from app.api.v1 import openapi


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").json


def routes(app):
    return {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_described_and_nothing_else(app, document):
    described = {(path, method) for path, each in document["paths"].items() for method in each}

    assert described == routes(app)
    assert {
        ("/api/v1/activate-sim", "post"),
        ("/api/v1/activations/{activation_id}", "get"),
        ("/api/v1/plans", "get"),
        ("/api/v1/subscribe", "post"),
        ("/api/v1/upgrade", "post"),
        ("/api/v1/add-ons", "post"),
        ("/api/v1/usage/{line}", "get"),
        ("/api/v1/usage-records", "post"),
        ("/api/v1/charging/sessions", "post"),
        ("/api/v1/charging/sessions/{session_id}/update", "post"),
        ("/api/v1/charging/sessions/{session_id}/release", "post"),
        ("/api/v1/usage-files", "post"),
        ("/api/v1/usage-files/{file_id}", "get"),
        ("/api/v1/invoices", "get"),
        ("/api/v1/invoices/{invoice_id}", "get"),
        ("/api/v1/service-control/block/{user_id}", "post"),
        ("/api/v1/service-control/unblock/{user_id}", "post"),
        ("/api/v1/service-status/{user_id}", "get"),
    } <= described


def test_every_operation_names_the_permission_of_its_route(app, document):
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/"):
            continue
        view = app.view_functions[rule.endpoint]
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        (method,) = (each.lower() for each in rule.methods - {"HEAD", "OPTIONS"})
        operation = document["paths"][path][method]
        named = [scope for each in operation["security"] for scope in each["client"]]
        assert named == ([] if view.permission == "public" else [view.permission])
        assert operation["summary"], rule.rule


# A request of a session has its number, a file its content, a token its own rules.
REPEATABLE = ("/api/v1/charging/", "/api/v1/usage-files", "/api/v1/oauth/")


def test_every_command_needs_a_key_and_forbids_unknown_fields(document):
    commands = [
        operation
        for path, each in document["paths"].items()
        if "post" in each and not path.startswith(REPEATABLE)
        for method, operation in each.items()
        if method != "get"
    ]

    assert len(commands) >= 8
    for operation in commands:
        assert "Idempotency-Key" in [each["name"] for each in operation["parameters"]]
        ref = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        schema = document["components"]["schemas"][ref.rpartition("/")[2]]
        assert schema["additionalProperties"] is False


def test_what_needs_no_key_says_itself_what_is_a_repeat(document):
    for path in ("/api/v1/charging/sessions/{session_id}/update", "/api/v1/usage-files"):
        operation = document["paths"][path]["post"]
        assert "Idempotency-Key" not in [each["name"] for each in operation["parameters"]]
    schema = document["components"]["schemas"]["Update"]
    assert "request_number" in schema["required"]
    assert schema["additionalProperties"] is False
    assert operation["requestBody"]["content"]["text/csv"]["schema"]["format"] == "binary"


def test_every_reference_leads_somewhere(document):
    refs = set(re.findall(r"'\$ref': '#/components/schemas/([^']+)'", str(document)))

    assert refs
    assert refs <= set(document["components"]["schemas"])


def test_the_document_is_of_version_3_1(document):
    assert document["openapi"] == "3.1.0"
    assert document["info"]["version"] == openapi.VERSION
