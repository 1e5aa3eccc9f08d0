"""Access tokens of machines: short-lived JWTs of one algorithm, one type and one audience."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
from flask import current_app

from app.core import clock
from app.core.actor import Actor
from app.core.errors import SignInNeeded
from app.core.ids import new_id
from app.identity import grants
from app.identity.clients import client_of
from app.identity.models import ApiClient

LASTS = timedelta(minutes=15)
AUDIENCE = "dialtone-api"
TYPE = "at+jwt"
ALGORITHM = "HS256"
_CLAIMS = ["iss", "aud", "sub", "iat", "exp", "jti"]


class BadToken(SignInNeeded):
    code = "invalid_token"


def issued(client: ApiClient, scopes: frozenset[str], grant_id: UUID | None = None) -> str:
    """For itself, or with a grant for what it does in a person's name."""
    moment = clock.now()
    claims = {
        "iss": current_app.config["DIALTONE"].public_url,
        "aud": AUDIENCE,
        "sub": str(client.id),
        "iat": moment.timestamp(),
        "exp": int((moment + LASTS).timestamp()),
        "jti": str(new_id()),
        "scope": " ".join(sorted(scopes)),
        **({"grant": str(grant_id)} if grant_id else {}),
    }
    return jwt.encode(claims, _key(), algorithm=ALGORITHM, headers={"typ": TYPE})


def read(token: str) -> tuple[ApiClient, Actor]:
    """The client of this token, and who acts by it, with what it was issued for and is still
    allowed. Raises BadToken."""
    try:
        if jwt.get_unverified_header(token).get("typ") != TYPE:
            raise BadToken
        claims = jwt.decode(
            token,
            _key(),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=current_app.config["DIALTONE"].public_url,
            # Times are checked below, by our own clock.
            options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False},
        )
        issued_at = datetime.fromtimestamp(float(claims["iat"]), UTC)
        ends_at = datetime.fromtimestamp(float(claims["exp"]), UTC)
        client_id = UUID(claims["sub"])
        scopes = frozenset(str(claims.get("scope", "")).split())
        grant_id = UUID(claims["grant"]) if "grant" in claims else None
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
        raise BadToken from error
    if not issued_at <= clock.now() < ends_at <= issued_at + LASTS:
        raise BadToken
    client = client_of(client_id, issued_at)
    actor = _acting(client, grant_id)
    return client, replace(actor, permissions=actor.permissions & scopes)


def _acting(client: ApiClient, grant_id: UUID | None) -> Actor:
    if grant_id is None:
        return client.as_actor()
    try:
        return grants.actor_of(grant_id, client)
    except grants.BadGrant as ended:
        raise BadToken from ended


def _key() -> bytes:
    secret = current_app.config["SECRET_KEY"]
    return hashlib.sha256(b"dialtone-api-token" + secret.encode()).digest()
