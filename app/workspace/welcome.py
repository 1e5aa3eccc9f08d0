"""Somebody invited comes in for the first time: she chooses a password and a second factor."""

import pyotp
from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import Invalid, Refusal
from app.identity import staffing, switch
from app.identity.errors import BadCode
from app.identity.models import Staff
from app.web import login
from app.web.entering import chosen_password
from app.web.input import takes
from app.web.limits import limited
from app.workspace import bp
from app.workspace.sign_in_stages import sent, sign_on_name

PAGE, DONE = "workspace/sign_in/welcome.html", "workspace/sign_in/welcomed.html"


@bp.get("/welcome")
@login.open_to_all
@limited("welcome", times=30, seconds=60)
def welcome() -> ResponseReturnValue:
    token = request.args.get("token", "")
    return _page(staffing.invited(token), token)


@bp.post("/welcome")
@login.open_to_all
@limited("welcome", times=30, seconds=60)
@takes("token", "password", "again", "code")
def accept_invitation() -> ResponseReturnValue:
    """Her recovery codes are shown this once; then she signs in."""
    token = sent("token")
    staff = staffing.invited(token)
    linked = staffing.is_linked(staff.id)
    try:
        password = chosen_password() or None if linked else chosen_password()
        actor, codes = staffing.accept(token, password, sent("code"))
    except (Invalid, BadCode) as refusal:
        return _page(staff, token, refusal), Refusal.status
    return render_template(DONE, name=actor.name, codes=codes)


def _page(staff: Staff, token: str, refusal: Refusal | None = None) -> str:
    return render_template(
        PAGE,
        who=staff,
        token=token,
        refusal=refusal,
        linked=staffing.is_linked(staff.id),
        sso=sign_on_name(),
        secret=staff.totp_secret,
        address=authenticator_address(staff, staff.totp_secret),
    )


def authenticator_address(staff: Staff, secret: str) -> str:
    """What an authenticator app reads from the picture."""
    totp = pyotp.TOTP(secret)
    return str(totp.provisioning_uri(name=staff.email, issuer_name=switch.site().operator))
