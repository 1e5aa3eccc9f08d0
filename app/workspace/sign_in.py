"""Staff come in: password, then a second factor; and go out."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.conversations.models import Availability
from app.core.errors import Refusal, SignInNeeded
from app.identity import entering, recovery, service, sessions
from app.identity.entering import MAIL, PASSWORD, RECOVERY, TOTP
from app.identity.errors import BadCode
from app.identity.models import SessionKind
from app.web import login
from app.web.input import takes
from app.web.limits import limited
from app.workspace import bp
from app.workspace import sign_in_stages as stages
from app.workspace.sign_in_stages import Stage, sent, sign_on_name

PAGE = "workspace/sign_in/password.html"


@bp.get("/")
@login.open_to_all
def start() -> ResponseReturnValue:
    staff = login.optional(SessionKind.STAFF)
    return redirect(stages.home_of(staff) if staff else url_for("workspace.sign_in"), 303)


@bp.get("/sign-in")
@login.open_to_all
def sign_in() -> ResponseReturnValue:
    done = request.args.get("done", "")
    return render_template(PAGE, next=request.args.get("next", ""), done=done, sso=sign_on_name())


@bp.post("/sign-in")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("email", "password", "next")
def check_password() -> ResponseReturnValue:
    try:
        staff = service.check_password(sent("email"), sent("password"))
    except Refusal as refusal:
        shown = {"email": sent("email"), "next": sent("next"), "sso": sign_on_name()}
        return _refused(render_template(PAGE, refusal=refusal, **shown), refusal)
    return stages.ask_second(Stage(staff, (PASSWORD,)), sent("next"))


@bp.post("/sign-in/code")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("pending", "code", "next")
def check_code() -> ResponseReturnValue:
    stage = stages.read_second(sent("pending"))
    try:
        service.check_code(stage.staff, sent("code"))
    except BadCode as refusal:
        return stages.ask_second(stage, sent("next"), refusal), refusal.status
    return stages.go_on(Stage(stage.staff, (*stage.proved, TOTP)), sent("next"))


@bp.post("/sign-in/recovery")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("pending", "code", "next")
def check_recovery_code() -> ResponseReturnValue:
    stage = stages.read_second(sent("pending"))
    try:
        recovery.use(stage.staff, sent("code"))
    except BadCode as refusal:
        return stages.ask_second(stage, sent("next"), refusal), refusal.status
    return stages.go_on(Stage(stage.staff, (*stage.proved, RECOVERY)), sent("next"))


@bp.post("/sign-in/extra")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("pending", "code", "next")
def check_extra() -> ResponseReturnValue:
    """The proof on top of both factors, for who comes in an unusual way."""
    stage = stages.read(sent("pending"))
    if not stage.has_second:
        raise SignInNeeded
    try:
        entering.check_extra(stage.staff.id, sent("code"))
    except BadCode as refusal:
        return stages.ask_extra(stage, sent("next"), refusal), refusal.status
    return stages.go_on(Stage(stage.staff, (*stage.proved, MAIL)), sent("next"))


@bp.post("/sign-out")
@login.staff_with("session.end")
@takes()
def sign_out() -> ResponseReturnValue:
    stages.be(Availability.OFFLINE, login.current_actor())
    sessions.end(login.current_session().id, by=login.current_actor())
    answer = make_response(redirect(url_for("workspace.sign_in"), 303))
    login.forget(answer, SessionKind.STAFF)
    return answer


def _refused(page: str, refusal: Refusal) -> ResponseReturnValue:
    answer = make_response(page, refusal.status)
    if "retry_after" in refusal.details:
        answer.headers["Retry-After"] = str(refusal.details["retry_after"])
    return answer
