"""Where a machine gets its token: OAuth 2.0 client credentials (RFC 6749, section 4.4)."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from app.api.v1 import bp, tokens
from app.identity import clients
from app.identity.clients import BadClient
from app.web.limits import limited
from app.web.login import open_to_all

_FIELDS = {"grant_type", "client_id", "client_secret", "scope"}


@bp.post("/oauth/token")
@open_to_all
@limited("api-token", times=120, seconds=60)
def token() -> ResponseReturnValue:
    """Client and secret by HTTP Basic or in the form. `scope` may ask for less than it has."""
    form = request.form
    if form.get("grant_type") != "client_credentials":
        return _refused("unsupported_grant_type")
    if set(form) - _FIELDS or any(len(values) > 1 for _, values in form.lists()):
        return _refused("invalid_request")
    try:
        client = clients.authenticate(*_credentials())
    except BadClient:
        return _refused("invalid_client", 401)
    held = client.as_actor().permissions
    asked = frozenset(form.get("scope", "").split())
    if not asked <= held:
        return _refused("invalid_scope")
    scopes = asked or held
    return jsonify(
        access_token=tokens.issued(client, scopes),
        token_type="Bearer",  # noqa: S106 - no secret, a kind
        expires_in=int(tokens.LASTS.total_seconds()),
        scope=" ".join(sorted(scopes)),
    )


def _credentials() -> tuple[str, str]:
    """From one place only: RFC 6749 forbids two. Raises BadClient."""
    basic, form = request.authorization, request.form
    in_form = "client_id" in form or "client_secret" in form
    if basic is not None and basic.type == "basic" and not in_form:
        found = (basic.username or "", basic.password or "")
    else:
        found = (form.get("client_id", ""), form.get("client_secret", ""))
        if basic is not None:
            raise BadClient
    if not all(found) or "\0" in "".join(found):
        raise BadClient
    return found


def _refused(error: str, status: int = 400) -> ResponseReturnValue:
    """As RFC 6749 names it, and under the name that every refusal of ours has."""
    return jsonify(error=error, code=error), status
