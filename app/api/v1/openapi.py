"""The published document: OpenAPI 3.1, made of the routes and the models they name."""

import re
from typing import Any

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue
from pydantic.json_schema import models_json_schema

from app.api.v1 import bp
from app.api.v1.asking import Operation
from app.web.login import PUBLIC, open_to_all

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
FILES = ("text/csv", "text/plain", "application/json", "application/octet-stream")
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
_REFUSAL = {
    "type": "object",
    "required": ["type", "title", "status", "code", "message"],
    "properties": {
        "type": {"type": "string", "description": "RFC 9457; always about:blank."},
        "title": {"type": "string", "description": "As `message`."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; for programs."},
        "message": {"type": "string", "description": "For people, in their language."},
        "details": {"type": "object"},
    },
}
_TOKEN_FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"enum": ["client_credentials", "authorization_code", "refresh_token"]},
        "client_id": {"type": "string"},
        "client_secret": {"type": "string"},
        "scope": {"type": "string"},
        "code": {"type": "string"},
        "redirect_uri": {"type": "string"},
        "code_verifier": {"type": "string"},
        "refresh_token": {"type": "string"},
    },
}
_REVOKE_FORM = {
    "type": "object",
    "required": ["token"],
    "properties": {
        "token": {"type": "string"},
        "token_type_hint": {"type": "string"},
        "client_id": {"type": "string"},
        "client_secret": {"type": "string"},
    },
}
_FORMS = {"token": _TOKEN_FORM, "revoke": _REVOKE_FORM}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "One key, one effect: a repeat gets the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


@bp.get("/openapi.json")
@open_to_all
def openapi() -> ResponseReturnValue:
    """This document."""
    return jsonify(document())


def document() -> dict[str, Any]:
    """Of the routes as they are now."""
    routes = list(_routes())
    models = {
        (model, mode)
        for *_, view in routes
        if (operation := getattr(view, "operation", None))
        for model, mode in _models(operation)
    }
    named, definitions = models_json_schema(
        sorted(models, key=lambda each: each[0].__name__), ref_template=_REF
    )
    names = {key: value["$ref"] for key, value in named.items()}
    paths: dict[str, Any] = {}
    for path, method, rule, view in routes:
        paths.setdefault(path, {})[method] = _operation(rule, view, names, definitions)
    schemas = {**definitions.get("$defs", {}), "Refusal": _REFUSAL}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dialtone API", "version": VERSION},
        "servers": [{"url": current_app.config["DIALTONE"].public_url}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"client": _client_flow(routes)}},
    }


def _client_flow(routes: list[Any]) -> dict[str, Any]:
    """OAuth 2.0 for itself and in a person's name; scopes are the permissions that routes name."""
    scopes = {view.permission: "" for *_, view in routes if view.permission != PUBLIC}
    flow = {"tokenUrl": "/api/v1/oauth/token", "scopes": scopes}
    in_a_name = {**flow, "authorizationUrl": "/oauth/authorize", "refreshUrl": flow["tokenUrl"]}
    return {"type": "oauth2", "flows": {"clientCredentials": flow, "authorizationCode": in_a_name}}


def _routes() -> Any:
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{bp.name}."):
            view = current_app.view_functions[rule.endpoint]
            path = _ARGUMENT.sub(r"{\2}", rule.rule)
            for method in sorted((rule.methods or set()) & _METHODS):
                yield path, method.lower(), rule.rule, view


def _models(operation: Operation) -> Any:
    yield operation.answers, "serialization"
    for model in (operation.body, operation.query):
        if model is not None:
            yield model, "validation"


def _operation(
    rule: str, view: Any, names: dict[Any, str], definitions: dict[str, Any]
) -> dict[str, Any]:
    operation: Operation | None = getattr(view, "operation", None)
    described: dict[str, Any] = {
        "operationId": view.__name__,
        "summary": (view.__doc__ or "").partition("\n")[0],
        "parameters": [_path_parameter(*found) for found in _ARGUMENT.findall(rule)],
        "responses": {"default": _problem()},
        "security": [] if view.permission == PUBLIC else [{"client": [view.permission]}],
    }
    if operation is None:
        described["responses"]["200"] = _json_content({"type": "object"}, "Done")
        if form := _FORMS.get(view.__name__):
            content = {"application/x-www-form-urlencoded": {"schema": form}}
            described["requestBody"] = {"required": True, "content": content}
        return described
    answer = {"$ref": names[operation.answers, "serialization"]}
    described["responses"][str(operation.status)] = _json_content(answer, "Done")
    if operation.body is not None:
        body = {"$ref": names[operation.body, "validation"]}
        described["requestBody"] = {"required": True, **_content(body)}
    if operation.is_file:
        content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in FILES}
        described["requestBody"] = {"required": True, "content": content}
    if operation.query is not None:
        described["parameters"] += _query_parameters(
            names[operation.query, "validation"], definitions
        )
    if operation.is_command:
        described["parameters"].append(_KEY)
    return described


def _query_parameters(ref: str, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    model = definitions["$defs"][ref.rpartition("/")[2]]
    return [
        {"name": name, "in": "query", "required": name in model.get("required", []), "schema": kind}
        for name, kind in model["properties"].items()
    ]


def _path_parameter(converter: str, name: str) -> dict[str, Any]:
    schema = {"type": "string", "format": "uuid"} if converter == "uuid" else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(model=name)}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _problem() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _ref("Refusal")}}
    return {"description": "Refused", "content": content}


def _json_content(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"description": description, **_content(schema)}
