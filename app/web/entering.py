"""Coming in through a browser: the device it is known by, and what it is bound to before that."""

from collections.abc import Sequence
from typing import Any

from flask import Response, after_this_request, request

from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.secrets import new_token, token_hash
from app.identity import entering
from app.identity.context import Verdict
from app.identity.models import SessionKind
from app.web import login

DEVICES = {
    SessionKind.STAFF: "dialtone-staff-device",
    SessionKind.CUSTOMER: "dialtone-customer-device",
}
SECONDS_KNOWN = 400 * 24 * 3600  # the longest that browsers keep a cookie
ATTEMPT = "dialtone-attempt"
SECONDS_OF_ATTEMPT = 900
LONGEST_EMAIL = 254


def verdict(kind: SessionKind, actor: Actor) -> Verdict:
    """What is unusual about her coming in now, with this browser."""
    return entering.verdict_of(kind, actor, _device_token(kind))


def let_in(
    kind: SessionKind, actor: Actor, response: Response, *, factors: Sequence[str], found: Verdict
) -> Response:
    """Open a session and give the browser its tokens."""
    opened, device = entering.enter(
        kind,
        by=actor,
        factors=factors,
        found=found,
        device_token=_device_token(kind),
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
    )
    login.remember(response, opened)
    login.keep(response, login.host_cookie(DEVICES[kind]), device, seconds=SECONDS_KNOWN)
    return response


def attempt() -> str:
    """What a browser that has no session yet is bound to: a cookie, given when it is first asked.

    Its hash, for a row.
    """
    name = login.host_cookie(ATTEMPT)
    token = request.cookies.get(name, "")
    if not token:
        token = new_token()

        @after_this_request
        def give(response: Response) -> Response:
            login.keep(response, name, token, seconds=SECONDS_OF_ATTEMPT)
            return response

    return token_hash(token)


def own_email() -> str:
    """The address by which somebody says who she is. Raises Invalid."""
    email = request.form.get("email", "")
    if "@" not in email or len(email) > LONGEST_EMAIL or not email.isprintable():
        raise Invalid(field="email")
    return email


def chosen_password() -> str:
    """Written twice alike. Raises Invalid."""
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        raise Invalid(_("The two passwords are not the same."), field="again")
    return password


def credential(sent: dict[str, Any]) -> dict[str, Any]:
    """A passkey's answer as the browser gives it. Raises Invalid."""
    found = sent.get("credential")
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise Invalid(field="credential")
    return found


def _device_token(kind: SessionKind) -> str:
    return request.cookies.get(login.host_cookie(DEVICES[kind]), "")
