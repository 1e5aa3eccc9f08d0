"""Our REST, for partners' machines: OAuth 2.0 tokens, one file a resource."""

import json

from flask import Blueprint, Response, request

bp = Blueprint("api_v1", __name__, url_prefix="/api/v1")


@bp.after_request
def say_how_to_come_in(answer: Response) -> Response:
    if answer.status_code == 401:
        kind = "Basic" if request.endpoint == "api_v1.token" else "Bearer"
        answer.headers["WWW-Authenticate"] = f'{kind} realm="dialtone-api"'
    return answer


@bp.after_request
def say_it_as_a_problem(answer: Response) -> Response:
    """Refusals are problem documents (RFC 9457), with our code and details beside its members."""
    told = answer.get_json(silent=True) if answer.status_code >= 400 else None
    if isinstance(told, dict) and {"code", "message"} <= told.keys():
        problem = {"type": "about:blank", "title": told["message"], "status": answer.status_code}
        answer.data = json.dumps(problem | told)
        answer.mimetype = "application/problem+json"
    return answer


from app.api.v1 import (  # noqa: E402, F401 - routes register themselves
    activations,
    charging,
    invoices,
    oauth,
    openapi,
    plans,
    service_control,
    subscriptions,
    usage,
    usage_files,
)
