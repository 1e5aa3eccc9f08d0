"""Vouches for a signed-in customer towards the chat widget, with the inbox's secret."""

from datetime import UTC, datetime, timedelta

import jwt

from app.demo.world.accounts import Inbox, Shopper

AUDIENCE = "dialtone-widget"
GOOD_FOR = timedelta(minutes=5)


def sign(shopper: Shopper, inbox: Inbox, *, language: str) -> str:
    """A JWT (HS256) that is good for five minutes from now, UTC."""
    now = datetime.now(UTC)
    claims = {
        "sub": shopper.reference,
        "iss": inbox.key,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + GOOD_FOR,
        "name": shopper.name,
        "email": shopper.email,
        "language": language,
    }
    return jwt.encode(claims, inbox.secret, algorithm="HS256")
