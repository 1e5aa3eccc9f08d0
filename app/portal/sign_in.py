"""Customers come in with e-mail and password, and go out."""

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import Refusal
from app.customers import queries
from app.customers.models import Customer
from app.identity import lockout, passwords, sessions
from app.identity.errors import BadCredentials
from app.identity.models import SessionKind
from app.portal import bp
from app.web import login
from app.web.input import takes
from app.web.limits import limited

PAGE = "portal/sign_in.html"


@bp.get("/my")
@login.open_to_all
def front() -> ResponseReturnValue:
    return redirect(url_for("portal.home"), 303)


@bp.get("/my/sign-in")
@login.open_to_all
def sign_in() -> ResponseReturnValue:
    if login.optional(SessionKind.CUSTOMER):
        return redirect(url_for("portal.home"), 303)
    return render_template(PAGE, next=request.args.get("next", ""))


@bp.post("/my/sign-in")
@login.open_to_all
@limited("portal-sign-in", times=30, seconds=60)
@takes("email", "password", "next")
def enter() -> ResponseReturnValue:
    email, next_path = request.form.get("email", ""), request.form.get("next", "")
    try:
        customer = _checked(email, request.form.get("password", ""))
    except Refusal as refusal:
        page = render_template(PAGE, refusal=refusal, email=email, next=next_path)
        return page, refusal.status
    opened = sessions.open_session(
        SessionKind.CUSTOMER,
        by=login.customer_actor(customer),
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
    )
    answer = make_response(
        redirect(login.own_path(next_path, under="/my/") or url_for("portal.home"), 303)
    )
    login.remember(answer, opened)
    return answer


@bp.post("/my/sign-out")
@login.customer_with("session.end")
@takes()
def sign_out() -> ResponseReturnValue:
    """Also what the widget remembers of her in this browser goes."""
    sessions.end(login.current_session().id, by=login.current_actor())
    answer = make_response(redirect(url_for("portal.sign_in"), 303))
    login.forget(answer, SessionKind.CUSTOMER)
    if current_app.config["DIALTONE"].secure_cookies:
        answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _checked(email: str, password: str) -> Customer:
    """Raises BadCredentials or Locked, alike for accounts that exist and that do not."""
    name = f"customer:{email}"
    lockout.check(name)
    customer = None if "\0" in email else queries.by_email(email)
    if not passwords.matches(password, customer.password_hash if customer else None):
        customer = None
    if customer is None:
        lockout.count_failure(name)
        raise BadCredentials
    lockout.forget(name)
    return customer
