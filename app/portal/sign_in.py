"""Customers come in with a password or a passkey, and go out."""

from flask import (
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.core import db
from app.core.errors import Refusal
from app.customers import queries
from app.customers.models import Customer
from app.identity import lockout, passkeys, passwords, sessions
from app.identity.entering import PASSKEY, PASSWORD
from app.identity.errors import BadCredentials, BadPasskey
from app.identity.models import SessionKind
from app.portal import bp
from app.portal.entering import address_of, let_in
from app.portal.second_factor import ask_code
from app.web import entering as browsers
from app.web import input as sent_input
from app.web import login
from app.web.input import takes
from app.web.limits import limited

PAGE = "portal/sign_in.html"
CUSTOMER = SessionKind.CUSTOMER


@bp.get("/my")
@login.open_to_all
def front() -> ResponseReturnValue:
    return redirect(url_for("portal.home"), 303)


@bp.get("/my/sign-in")
@login.open_to_all
def sign_in() -> ResponseReturnValue:
    if login.optional(CUSTOMER):
        return redirect(url_for("portal.home"), 303)
    next_path, done = request.args.get("next", ""), request.args.get("done", "")
    return render_template(PAGE, next=next_path, done=done)


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
    if customer.second_factor:
        return ask_code(customer, next_path)
    answer = make_response(redirect(address_of(next_path), 303))
    return let_in(customer, answer, PASSWORD)


@bp.post("/my/sign-in/passkey/options")
@login.open_to_all
@limited("portal-sign-in", times=30, seconds=60)
@takes()
def ask_for_passkey() -> ResponseReturnValue:
    """Any of hers: the device knows which account it is for."""
    bound_to = browsers.attempt()
    return jsonify(passkeys.ask_to_prove(passkeys.SIGN_IN, CUSTOMER, bound_to=bound_to))


@bp.post("/my/sign-in/passkey")
@login.open_to_all
@limited("portal-sign-in", times=30, seconds=60)
@takes("credential", "next")
def enter_by_passkey() -> ResponseReturnValue:
    sent = sent_input.fields()
    credential, bound_to = browsers.credential(sent), browsers.attempt()
    passkey = passkeys.prove(passkeys.SIGN_IN, CUSTOMER, credential, bound_to=bound_to)
    customer = db.session.get(Customer, passkey.owner_id)
    if customer is None or customer.deceased_at is not None:
        raise BadPasskey
    answer = jsonify(go=address_of(sent_input.text(sent, "next")))
    return let_in(customer, answer, PASSKEY)


@bp.post("/my/sign-out")
@login.customer_with("session.end")
@takes()
def sign_out() -> ResponseReturnValue:
    """Also what the widget remembers of her in this browser goes."""
    sessions.end(login.current_session().id, by=login.current_actor())
    answer = make_response(redirect(url_for("portal.sign_in"), 303))
    login.forget(answer, CUSTOMER)
    if current_app.config["DIALTONE"].secure_cookies:
        answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _checked(email: str, password: str) -> Customer:
    """Raises BadCredentials or Locked, alike for accounts that exist and that do not; who has died
    has none."""
    name = f"customer:{email}"
    lockout.attempt(name)
    customer = None if "\0" in email else queries.by_email(email)
    stored = customer.password_hash if customer and customer.deceased_at is None else None
    if not passwords.matches(password, stored) or customer is None:
        raise BadCredentials
    with db.transaction():
        lockout.forget(name)
    return customer
