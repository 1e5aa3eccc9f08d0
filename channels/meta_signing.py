"""What Meta's calls share: a handshake by a token of ours, and a signature over the body."""

import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit

from channels.port import Answer, BadSignature, Call

SIGNATURE = "x-hub-signature-256"


def admit(call: Call, *, app_secret: str, verify_token: str) -> Answer | None:
    if call.method.upper() == "GET":
        return _handshake(call.url, verify_token)
    signed = signature(app_secret, call.body)
    if not app_secret or not _same(call.headers.get(SIGNATURE, ""), signed):
        raise BadSignature
    return None


def signature(app_secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def _handshake(url: str, verify_token: str) -> Answer:
    try:
        asked = parse_qs(urlsplit(url).query)
    except ValueError:
        raise BadSignature from None
    mode, token, challenge = (
        asked.get(f"hub.{name}", [""])[0] for name in ("mode", "verify_token", "challenge")
    )
    if mode != "subscribe" or not verify_token or not _same(token, verify_token):
        raise BadSignature
    return Answer(200, challenge.encode(errors="replace"))


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))
