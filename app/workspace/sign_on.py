"""Staff come in by the operator's own sign-on, which stands in for the password."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import db
from app.core.errors import Refusal
from app.identity import links, sign_on, staffing
from app.identity.entering import SIGN_ON
from app.identity.errors import SignOnRefused
from app.identity.models import LinkPurpose, SessionKind, Staff
from app.web import entering as browsers
from app.web import login
from app.web.input import takes
from app.web.limits import limited
from app.web.step_up import confirmed
from app.workspace import bp
from app.workspace import sign_in_stages as stages
from app.workspace.sign_in_stages import Stage, sent, sign_on_name

PAGE = "workspace/sign_in/password.html"


@bp.post("/sign-in/sso")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("next")
def leave_for_sign_on() -> ResponseReturnValue:
    return _away(sign_on.begin(bound_to=browsers.attempt(), next_path=sent("next")[:500]))


@bp.post("/welcome/sso")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("token")
def link_by_invitation() -> ResponseReturnValue:
    link = links.find(LinkPurpose.INVITATION, SessionKind.STAFF, sent("token"))
    bound_to = browsers.attempt()
    return _away(sign_on.begin(bound_to=bound_to, staff_id=link.owner_id, link_id=link.id))


@bp.post("/me/security/sso")
@login.staff_with("session.end")
@takes()
def link_sign_on() -> ResponseReturnValue:
    actor = login.current_actor()
    confirmed("factors.change", actor.id)
    return _away(sign_on.begin(bound_to=browsers.attempt(), staff_id=actor.id))


@bp.post("/hooks/sign-on")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("SAMLResponse", "RelayState")
def keep_sign_on_answer() -> ResponseReturnValue:
    """Another site's form, so no cookie comes along: she is sent on to come back with hers."""
    state = sent("RelayState")
    sign_on.keep_answer(state, sent("SAMLResponse"))
    return redirect(url_for("workspace.back_from_sign_on", state=state, code="posted"), 303)


@bp.get("/sign-in/sso/metadata")
@login.open_to_all
def sign_on_metadata() -> ResponseReturnValue:
    """For whoever sets up the provider."""
    return sign_on.metadata(), {"Content-Type": "application/samlmetadata+xml"}


@bp.get("/sign-in/sso/back")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
def back_from_sign_on() -> ResponseReturnValue:
    """The provider sends the browser here: what it says counts once, in the browser that left."""
    try:
        returned = _returned()
    except Refusal as refusal:
        return render_template(PAGE, refusal=refusal, next="", sso=sign_on_name()), refusal.status
    if returned.link_id is not None:
        token = staffing.renew_invitation(returned.staff.id)
        return redirect(url_for("workspace.welcome", token=token, linked="1"), 303)
    if returned.linked:
        return redirect(url_for("workspace.my_security", done="linked"), 303)
    staff = db.session.get_one(Staff, returned.staff.id)
    return stages.ask_second(Stage(staff, (SIGN_ON,)), returned.next_path)


def _returned() -> sign_on.Returned:
    args = request.args
    state, code = args.get("state", ""), args.get("code", "")
    if not state or not code or "\0" in f"{state}{code}" or len(args.getlist("state")) > 1:
        raise SignOnRefused
    return sign_on.finish(state, code, bound_to=browsers.attempt())


def _away(address: str) -> str:
    """By a page of ours, because no form may lead to another site."""
    return render_template("workspace/sign_in/leaving.html", address=address, sso=sign_on_name())
