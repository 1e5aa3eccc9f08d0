"""SCIM 2.0 (RFC 7643, 7644): the operator's directory says who works here, as what, in which team.

Users are staff, groups are teams. A machine with the scope `staff.provision` may do this and
nothing that makes administrators.
"""

import json

from flask import Blueprint, Response, request

bp = Blueprint("scim", __name__, url_prefix="/scim/v2")
MEDIA_TYPE = "application/scim+json"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
# What RFC 7644 calls a refusal, where it has a word for it.
TYPES = {
    "email_taken": "uniqueness",
    "team_exists": "uniqueness",
    "external_id_taken": "uniqueness",
    "invalid_filter": "invalidFilter",
    "invalid_path": "invalidPath",
    "invalid_syntax": "invalidSyntax",
    "no_target": "noTarget",
}


@bp.after_app_request
def say_it_as_scim(answer: Response) -> Response:
    if not request.path.startswith(f"{bp.url_prefix}/"):
        return answer
    told = answer.get_json(silent=True) if answer.status_code >= 400 else None
    if isinstance(told, dict) and {"code", "message"} <= told.keys():
        kind = TYPES.get(told["code"], "invalidValue" if answer.status_code == 400 else None)
        error = {"schemas": [ERROR], "status": str(answer.status_code), "detail": told["message"]}
        answer.data = json.dumps(error | ({"scimType": kind} if kind else {}))
    if answer.mimetype == "application/json":
        answer.mimetype = MEDIA_TYPE
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="dialtone-scim"'
    return answer


from app.api.scim import config, groups, users  # noqa: E402, F401 - routes register themselves
