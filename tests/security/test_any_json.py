"""Whatever JSON is sent to the bot's door, the directory's and the pages', the answer is no failure
of ours and no refusal without a code. Schemathesis makes it from what the routes are known to
take: right and wrong in every field at once, where the sweeps change one at a time."""

import os
import re
import sys
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from pydantic import BaseModel
from schemathesis.core import NOT_SET
from schemathesis.generation import GenerationMode

from app.core import db
from app.selfservice.proposals.kinds import KINDS
from tests.security.bodies import JSONS, Senders, hers_for
from tests.security.routes import routes_of
from tests.security.test_bad_input import QUERIES, has_code

pytestmark = pytest.mark.usefixtures("confirmed")

UNHURRIED = settings(
    max_examples=int(os.environ.get("EXAMPLES", "3")),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
OURS = ("bot_api", "scim", "workspace", "portal")
USER = {"userName": "a@b.example", "active": True, "roles": [{"value": "agent"}], "name": {}}
GROUP = {"displayName": "Night", "members": [{"value": "x"}]}
PATCH = {"Operations": [{"op": "add", "path": "active", "value": True}]}
DIRECTORY = {
    "scim.make_user": USER,
    "scim.replace_user": USER,
    "scim.patch_user": PATCH,
    "scim.make_group": GROUP,
    "scim.replace_group": GROUP,
    "scim.patch_group": PATCH,
}


def described(value):
    """The schema of things like this one; null besides, because programs send it."""
    if isinstance(value, dict):
        fields = {name: described(each) for name, each in value.items()}
        return {"type": "object", "properties": fields, "required": list(fields)}
    if isinstance(value, list):
        return {"type": "array", "items": described(value[0]) if value else {}, "maxItems": 3}
    kinds = {bool: "boolean", int: "integer", str: "string"}
    return {"type": kinds[type(value)]}


def proposals():
    """Each kind with what its model of the wish says; one without a model wants nothing."""
    for name, kind in KINDS.items():
        module = vars(sys.modules[type(kind).__module__]).values()
        models = [each for each in module if isinstance(each, type) and issubclass(each, BaseModel)]
        wanted = [each.model_json_schema() for each in models if each is not BaseModel]
        fields = {"kind": {"const": name}, "wanted": {"anyOf": wanted or [{"type": "object"}]}}
        yield {"type": "object", "properties": fields, "required": list(fields)}


def body_of(route):
    if route.endpoint == "bot_api.propose":
        return {"anyOf": list(proposals())}
    sent = {**JSONS, **DIRECTORY}.get(route.endpoint)
    return None if sent is None else described(sent)


def documented(app, hers):
    """The routes as a document of OpenAPI, and each by its operation."""
    paths, by_label = {}, {}
    for route in routes_of(app, "GET", "POST", "PUT", "PATCH", "DELETE"):
        body, words = body_of(route), QUERIES.get(route.endpoint, ())
        if not route.endpoint.startswith(OURS) or not (body or (route.is_for_machines and words)):
            continue
        path = re.sub("[{}]", "", route.path(**hers_for(route, hers)))
        string = {"type": "string"}
        said = {
            "parameters": [{"name": each, "in": "query", "schema": string} for each in words],
            "responses": {"200": {"description": "Well"}},
        }
        if body:
            said["requestBody"] = {
                "required": True,
                "content": {"application/json": {"schema": body}},
            }
        paths.setdefault(path, {})[route.method.lower()] = said
        by_label[f"{route.method} {path}"] = route
    document = {"openapi": "3.1.0", "info": {"title": "JSON", "version": "1"}, "paths": paths}
    return schemathesis.openapi.from_dict(document), by_label


def sent_as(body):
    """As JSON; bytes are what should be JSON and is not."""
    if body is NOT_SET:
        return {}
    if isinstance(body, bytes):
        return {"data": body, "content_type": "application/json"}
    return {"json": body}


def asked_for_all(operation, mode, ask):
    """Some requests of this operation, one after the other."""

    @UNHURRIED
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case):
        ask(case)

    with suppress(Unsatisfiable):  # nothing can be wrong about a request without input
        asked()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_json_makes_a_failure_of_ours(app, valeria, hers, widget_token, mode):
    schema, routes = documented(app, hers)
    senders, failed, asked_of = Senders(app, valeria, widget_token), [], set()

    def ask(case):
        route = routes[f"{case.method} {case.path}"]
        sent = sent_as(case.body)
        point = db.session.get_bind().begin_nested()
        answer = senders.send(route, case.path, query_string=case.query, **sent)
        db.session.rollback()
        point.rollback()
        asked_of.add(route.endpoint)
        if answer.status_code >= 500 or (answer.status_code >= 400 and not has_code(answer)):
            failed.append((route.endpoint, answer.status_code, case.query, case.body))

    for each in schema.get_all_operations():
        asked_for_all(each.ok(), mode, ask)

    assert len(asked_of) > 40
    assert failed == []
