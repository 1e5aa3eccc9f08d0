"""A forgotten password: asked for with an address, chosen anew by the link that comes."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import Invalid, Refusal
from app.identity import links, resetting
from app.identity.models import LinkPurpose, SessionKind
from app.web import login
from app.web.entering import chosen_password, own_email
from app.web.input import takes
from app.web.limits import limited
from app.workspace import bp
from app.workspace.sign_in_stages import sent

ASK, CHOOSE = "workspace/sign_in/forgotten.html", "workspace/sign_in/reset.html"


@bp.get("/sign-in/forgotten")
@login.open_to_all
def forgotten() -> ResponseReturnValue:
    return render_template(ASK)


@bp.post("/sign-in/forgotten")
@login.open_to_all
@limited("reset", times=10, seconds=60)
@takes("email")
def ask_reset() -> ResponseReturnValue:
    """The same answer whoever has the address, if anybody."""
    email = own_email()
    resetting.ask(email)
    return render_template(ASK, asked=email)


@bp.get("/sign-in/reset")
@login.open_to_all
@limited("reset", times=30, seconds=60)
def reset_form() -> ResponseReturnValue:
    token = request.args.get("token", "")
    links.owner_of(LinkPurpose.RESET, SessionKind.STAFF, token)
    return render_template(CHOOSE, token=token)


@bp.post("/sign-in/reset")
@login.open_to_all
@limited("reset", times=30, seconds=60)
@takes("token", "password", "again")
def reset_password() -> ResponseReturnValue:
    """She is not signed in by this: the second factor is asked for as ever."""
    try:
        resetting.reset(sent("token"), chosen_password())
    except Invalid as refusal:
        page = render_template(CHOOSE, token=sent("token"), refusal=refusal)
        return page, Refusal.status
    return redirect(url_for("workspace.sign_in", done="reset"), 303)
