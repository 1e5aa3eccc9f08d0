"""Our REST, for partners' machines: OAuth 2.0 tokens, one file a resource."""

from flask import Blueprint, Response, request

bp = Blueprint("api_v1", __name__, url_prefix="/api/v1")


@bp.after_request
def say_how_to_come_in(answer: Response) -> Response:
    if answer.status_code == 401:
        kind = "Basic" if request.endpoint == "api_v1.token" else "Bearer"
        answer.headers["WWW-Authenticate"] = f'{kind} realm="dialtone-api"'
    return answer


from app.api.v1 import (  # noqa: E402, F401 - routes register themselves
    activations,
    invoices,
    oauth,
    openapi,
    plans,
    service_control,
    subscriptions,
    usage,
)
