"""Our REST, for partners' machines: OAuth 2.0 tokens, one file a resource."""

import json

from flask import Blueprint, Response, request

_WITH_SECRET = {"api_v1.token", "api_v1.revoke"}

bp = Blueprint("api_v1", __name__, url_prefix="/api/v1")


@bp.after_request
def say_how_to_come_in(answer: Response) -> Response:
    if answer.status_code == 401:
        kind = "Basic" if request.endpoint in _WITH_SECRET else "Bearer"
        answer.headers["WWW-Authenticate"] = f'{kind} realm="dialtone-api"'
    return answer


@bp.after_app_request
def say_it_as_a_problem(answer: Response) -> Response:
    """Refusals are problem documents (RFC 9457), with our code and details beside its members; so
    is that there is no such address."""
    is_refused = answer.status_code >= 400 and request.path.startswith(f"{bp.url_prefix}/")
    told = answer.get_json(silent=True) if is_refused else None
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
    tickets,
    usage,
    usage_files,
)
