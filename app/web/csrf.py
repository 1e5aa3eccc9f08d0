"""Forged requests: a browser's change must come from our own pages and carry our token."""

from flask import Flask, current_app, g, request

from app.core.errors import Refusal
from app.core.i18n import lazy
from app.core.secrets import same, signature
from app.identity.models import SessionKind
from app.web import login

SAFE = {"GET", "HEAD", "OPTIONS"}
# Machines sign or carry a token of their own; browsers do not send it for a stranger's page.
MACHINE_PREFIXES = ("/api/", "/scim/", "/hooks/", "/chat/")


class ForgedRequest(Refusal):
    code = "forged_request"
    status = 403
    message = lazy("This form is no longer valid. Please reload the page and try again.")


def token() -> str:
    """The token for forms of the session in use; empty for strangers.

    A browser whose session is over still has its cookie, and must be able to sign in again.
    """
    session_token = getattr(g, "session_token", "") or next(iter(_cookies()), "")
    if not session_token:
        return ""
    return signature(current_app.config["SECRET_KEY"], f"csrf:{session_token}".encode())


def protect(app: Flask) -> None:
    app.before_request(_check)
    app.jinja_env.globals["csrf_token"] = token


def _check() -> None:
    if request.method in SAFE or request.path.startswith(MACHINE_PREFIXES):
        return
    origin = request.headers.get("Origin")
    # Where the browser says it is, for pages of our own.
    # nosemgrep: tests.security.rules.no-address-from-the-host-header
    own = {request.host_url.rstrip("/"), current_app.config["DIALTONE"].public_url}
    if origin not in own:
        raise ForgedRequest
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    known = _cookies()
    if known and not any(_belongs(sent, each) for each in known):
        raise ForgedRequest


def _cookies() -> list[str]:
    sent = (request.cookies.get(login.cookie_name(kind)) for kind in SessionKind)
    return [each for each in sent if each]


def _belongs(sent: str, session_token: str) -> bool:
    secret = current_app.config["SECRET_KEY"]
    return same(sent, signature(secret, f"csrf:{session_token}".encode()))
