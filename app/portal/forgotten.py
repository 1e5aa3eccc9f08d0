"""A customer's forgotten password: asked for with an address, chosen anew by the link."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import Invalid
from app.customers import ways_in
from app.identity import links
from app.identity.models import LinkPurpose, SessionKind
from app.portal import bp
from app.web import login
from app.web.entering import chosen_password, own_email
from app.web.input import takes
from app.web.limits import limited

ASK, CHOOSE = "portal/security/forgotten.html", "portal/security/reset.html"


@bp.get("/my/sign-in/forgotten")
@login.open_to_all
def forgotten() -> ResponseReturnValue:
    return render_template(ASK)


@bp.post("/my/sign-in/forgotten")
@login.open_to_all
@limited("portal-reset", times=10, seconds=60)
@takes("email")
def ask_reset() -> ResponseReturnValue:
    """The same answer whoever has the address, if anybody."""
    email = own_email()
    ways_in.ask_reset(email)
    return render_template(ASK, asked=email)


@bp.get("/my/sign-in/reset")
@login.open_to_all
@limited("portal-reset", times=30, seconds=60)
def reset_form() -> ResponseReturnValue:
    token = request.args.get("token", "")
    links.owner_of(LinkPurpose.RESET, SessionKind.CUSTOMER, token)
    return render_template(CHOOSE, token=token)


@bp.post("/my/sign-in/reset")
@login.open_to_all
@limited("portal-reset", times=30, seconds=60)
@takes("token", "password", "again")
def reset_password() -> ResponseReturnValue:
    token = request.form.get("token", "")
    try:
        ways_in.reset(token, chosen_password())
    except Invalid as refusal:
        return render_template(CHOOSE, token=token, refusal=refusal), 422
    return redirect(url_for("portal.sign_in", done="reset"), 303)
