"""Where a machine gets its tokens: OAuth 2.0 by client credentials for itself (RFC 6749, 4.4), by
authorization code with PKCE in a person's name, and by refresh token (`app.identity.grants`)."""

from collections.abc import Callable

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.api.v1 import bp, tokens
from app.identity import clients, grants
from app.identity.clients import BadClient
from app.identity.grants import BadGrant
from app.identity.models import ApiClient
from app.identity.permissions import API_SCOPES
from app.web.limits import limited
from app.web.login import open_to_all

_SECRETS = {"grant_type", "client_id", "client_secret"}


class _Refused(Exception):
    """As RFC 6749 names it."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@bp.post("/oauth/token")
@open_to_all
@limited("api-token", times=120, seconds=60)
def token() -> ResponseReturnValue:
    """Client and secret by HTTP Basic or in the form. `scope` may ask for less than it has."""
    fields, answer = _GRANTS.get(request.form.get("grant_type", ""), (None, None))
    if fields is None or answer is None:
        return _refused("unsupported_grant_type")
    if _sent_otherwise(fields):
        return _refused("invalid_request")
    try:
        told = answer(clients.authenticate(*_credentials()))
    except BadClient:
        return _refused("invalid_client", 401)
    except BadGrant:
        return _refused("invalid_grant")
    except _Refused as refused:
        return _refused(refused.error)
    seconds = int(tokens.LASTS.total_seconds())
    answered = jsonify({"token_type": "Bearer", "expires_in": seconds, **told})
    answered.headers["Cache-Control"] = "no-store"
    return answered


@bp.post("/oauth/revoke")
@open_to_all
@limited("api-token", times=120, seconds=60)
def revoke() -> ResponseReturnValue:
    """A refresh token is given back, and what came of it ends (RFC 7009): 200 whatever it was."""
    if _sent_otherwise({"token", "token_type_hint", "client_id", "client_secret"}):
        return _refused("invalid_request")
    try:
        client = clients.authenticate(*_credentials())
    except BadClient:
        return _refused("invalid_client", 401)
    grants.revoke(client, request.form.get("token", ""))
    return jsonify({})


@bp.get("/oauth/metadata")
@open_to_all
def metadata() -> ResponseReturnValue:
    """What this server can do, for programs (RFC 8414)."""
    address = current_app.config["DIALTONE"].public_url
    return jsonify(
        issuer=address,
        authorization_endpoint=f"{address}/oauth/authorize",
        token_endpoint=f"{address}/api/v1/oauth/token",
        revocation_endpoint=f"{address}/api/v1/oauth/revoke",
        scopes_supported=sorted(API_SCOPES),
        response_types_supported=["code"],
        grant_types_supported=list(_GRANTS),
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
    )


def _for_itself(client: ApiClient) -> dict[str, str]:
    held = client.as_actor().permissions
    asked = frozenset(request.form.get("scope", "").split())
    if not asked <= held:
        raise _Refused("invalid_scope")
    scopes = asked or held
    return {"access_token": tokens.issued(client, scopes), "scope": _told(scopes)}


def _by_code(client: ApiClient) -> dict[str, str]:
    form = request.form
    return _in_a_name(
        client,
        grants.redeem(
            client,
            form.get("code", ""),
            form.get("redirect_uri", ""),
            form.get("code_verifier", ""),
        ),
    )


def _by_refresh(client: ApiClient) -> dict[str, str]:
    return _in_a_name(client, grants.refresh(client, request.form.get("refresh_token", "")))


def _in_a_name(client: ApiClient, redeemed: grants.Redeemed) -> dict[str, str]:
    scopes = frozenset(redeemed.grant.scopes)
    return {
        "access_token": tokens.issued(client, scopes, redeemed.grant.id),
        "refresh_token": redeemed.refresh_token,
        "scope": _told(scopes),
    }


_GRANTS: dict[str, tuple[set[str], Callable[[ApiClient], dict[str, str]]]] = {
    "client_credentials": ({*_SECRETS, "scope"}, _for_itself),
    "authorization_code": ({*_SECRETS, "code", "redirect_uri", "code_verifier"}, _by_code),
    "refresh_token": ({*_SECRETS, "refresh_token"}, _by_refresh),
}


def _sent_otherwise(fields: set[str]) -> bool:
    form = request.form
    twice = any(len(values) > 1 for _, values in form.lists())
    return twice or bool(set(form) - fields) or any("\0" in value for value in form.values())


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


def _told(scopes: frozenset[str]) -> str:
    return " ".join(sorted(scopes))


def _refused(error: str, status: int = 400) -> ResponseReturnValue:
    """As RFC 6749 names it, and under the name that every refusal of ours has."""
    return jsonify(error=error, code=error), status
