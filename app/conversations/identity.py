"""The signed identity that an operator's site hands to the widget: a JWT, HS256."""

from dataclasses import dataclass
from typing import Any

import jwt

from app.conversations.errors import BadIdentity
from app.core import clock

AUDIENCE = "dialtone-widget"
ALGORITHM = "HS256"
LONGEST_LIFE = 300
_CLOCKS_APART = 30
_LONGEST_TOKEN = 4096
_REQUIRED = ["iss", "aud", "sub", "iat", "exp"]


@dataclass(frozen=True, slots=True)
class Identity:
    """`reference` is the customer's: C-000123."""

    reference: str


def read(token: str, *, inbox_key: str, secret: str) -> Identity:
    """Whom the site signed for. Raises BadIdentity for anything that is not in order: another
    key, algorithm, audience or issuer, more than five minutes of life, or out of its time."""
    if len(token) > _LONGEST_TOKEN:
        raise BadIdentity
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=inbox_key,
            # Our own clock decides below.
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False},
        )
    except (jwt.InvalidTokenError, ValueError) as error:
        raise BadIdentity from error
    _check_time(claims)
    if not isinstance(claims["sub"], str) or not claims["sub"]:
        raise BadIdentity
    return Identity(claims["sub"])


def _check_time(claims: dict[str, Any]) -> None:
    issued, expires = claims["iat"], claims["exp"]
    if not all(isinstance(each, int | float) for each in (issued, expires)):
        raise BadIdentity
    now = clock.now().timestamp()
    in_time = issued - _CLOCKS_APART <= now < expires and now - issued <= LONGEST_LIFE
    if not in_time or not 0 < expires - issued <= LONGEST_LIFE:
        raise BadIdentity
