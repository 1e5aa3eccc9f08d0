"""Staff come in: password, then a code; and go out."""

from uuid import UUID

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core import db
from app.core.actor import Actor
from app.core.errors import Refusal, SignInNeeded
from app.identity import service, sessions
from app.identity.errors import BadCode
from app.identity.models import SessionKind, Staff
from app.web import login, staff_pages
from app.web.input import takes
from app.web.limits import limited
from app.workspace import bp

# How long somebody may look for their phone between password and code.
SECONDS_BETWEEN_FACTORS = 300


@bp.get("/")
@login.open_to_all
def start() -> ResponseReturnValue:
    staff = login.optional(SessionKind.STAFF)
    return redirect(_home_of(staff) if staff else url_for("workspace.sign_in"), 303)


@bp.get("/sign-in")
@login.open_to_all
def sign_in() -> ResponseReturnValue:
    return render_template("workspace/sign_in/password.html", next=request.args.get("next", ""))


@bp.post("/sign-in")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("email", "password", "next")
def check_password() -> ResponseReturnValue:
    email, password = request.form.get("email", ""), request.form.get("password", "")
    next_path = request.form.get("next", "")
    try:
        staff = service.check_password(email, password)
    except Refusal as refusal:
        page = render_template(
            "workspace/sign_in/password.html", refusal=refusal, email=email, next=next_path
        )
        return page, refusal.status
    pending = _pending().dumps(str(staff.id))
    return render_template("workspace/sign_in/code.html", pending=pending, next=next_path)


@bp.post("/sign-in/code")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("pending", "code", "next")
def check_code() -> ResponseReturnValue:
    pending, next_path = request.form.get("pending", ""), request.form.get("next", "")
    staff = _who(pending)
    try:
        actor = service.check_code(staff, request.form.get("code", ""))
    except BadCode as refusal:
        page = render_template(
            "workspace/sign_in/code.html", refusal=refusal, pending=pending, next=next_path
        )
        return page, refusal.status
    opened = sessions.open_session(
        SessionKind.STAFF,
        by=actor,
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
        verified=True,
    )
    _be(Availability.AVAILABLE, actor)
    answer = make_response(redirect(login.own_path(next_path) or _home_of(actor), 303))
    login.remember(answer, opened)
    return answer


@bp.post("/sign-out")
@login.staff_with("session.end")
@takes()
def sign_out() -> ResponseReturnValue:
    _be(Availability.OFFLINE, login.current_actor())
    sessions.end(login.current_session().id, by=login.current_actor())
    answer = make_response(redirect(url_for("workspace.sign_in"), 303))
    login.forget(answer, SessionKind.STAFF)
    return answer


def _pending() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="second-factor")


def _who(pending: str) -> Staff:
    """The one whose password was right. Raises SignInNeeded when that was too long ago."""
    try:
        staff_id = UUID(_pending().loads(pending, max_age=SECONDS_BETWEEN_FACTORS))
    except BadSignature:
        raise SignInNeeded from None
    staff = db.session.get(Staff, staff_id)
    if staff is None or staff.disabled_at is not None:
        raise SignInNeeded
    return staff


def _be(availability: Availability, actor: Actor) -> None:
    """Who comes to serve customers is there for them, until she says otherwise or goes."""
    if actor.may("tickets.accept"):
        ownership.set_availability(actor.id, availability, by=actor)


def _home_of(actor: Actor) -> str:
    """The first place that she may enter."""
    return staff_pages.places_for(actor)[0].url
