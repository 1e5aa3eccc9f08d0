"""A customer who wants it is sent a code whenever she signs in with her password."""

from uuid import UUID

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.core import db
from app.core.errors import Refusal, SignInNeeded
from app.core.i18n import gettext as _
from app.core.secrets import keyed_hash, masked_address
from app.customers import ways_in
from app.customers.models import Customer
from app.identity import entering
from app.identity.entering import PASSWORD
from app.identity.errors import BadCode, TooManyCodes
from app.portal import bp
from app.portal.entering import address_of, let_in
from app.portal.me import me
from app.subscriptions.queries import proving_addresses
from app.web import login
from app.web.input import takes
from app.web.limits import limited
from app.web.login import customer_with
from app.web.step_up import confirmed

PAGE = "portal/security/code.html"
CODE = "code"
SECONDS = 300


def ask_code(customer: Customer, next_path: str) -> ResponseReturnValue:
    """The password was right: a code goes where only she gets it."""
    reached = proving_addresses(customer)
    if not reached:
        nowhere = Refusal(_("We know no number or mail address of yours."))
        return _page(customer, next_path, "", nowhere), nowhere.status
    channel, address = reached[0]
    actor = login.customer_actor(customer)
    try:
        entering.send_extra(actor, channel=channel, address=address)
    except TooManyCodes as refusal:
        return _page(customer, next_path, address, refusal), refusal.status
    return _page(customer, next_path, address)


@bp.post("/my/sign-in/code")
@login.open_to_all
@limited("portal-sign-in", times=30, seconds=60)
@takes("pending", "code", "next")
def enter_by_code() -> ResponseReturnValue:
    customer, next_path = _who(request.form.get("pending", "")), request.form.get("next", "")
    try:
        entering.check_extra(customer.id, request.form.get("code", ""))
    except BadCode as refusal:
        return _page(customer, next_path, "", refusal), refusal.status
    answer = make_response(redirect(address_of(next_path), 303))
    return let_in(customer, answer, PASSWORD, CODE)


@bp.post("/my/security/second-factor")
@customer_with("session.end")
@takes("on")
def set_second_factor() -> ResponseReturnValue:
    actor = login.current_actor()
    me()
    confirmed("factors.change", actor.id)
    ways_in.want_second_factor(request.form.get("on") == "yes", by=actor)
    return redirect(url_for("portal.security", done="second_factor"), 303)


def _page(customer: Customer, next_path: str, address: str, refusal: Refusal | None = None) -> str:
    told = {"customer": str(customer.id), "state": _state(customer)}
    return render_template(
        PAGE,
        pending=_signer().dumps(told),
        next=next_path,
        sent_to=masked_address(address) if address else "",
        refusal=refusal,
    )


def _who(pending: str) -> Customer:
    """Raises SignInNeeded when that was too long ago, or her password is another one now."""
    try:
        told = _signer().loads(pending, max_age=SECONDS)
        customer = db.session.get(Customer, UUID(told["customer"]))
    except (BadSignature, ValueError, KeyError, TypeError, AttributeError):
        raise SignInNeeded from None
    if customer is None or told["state"] != _state(customer):
        raise SignInNeeded
    return customer


def _state(customer: Customer) -> str:
    return keyed_hash(f"{customer.id}:{customer.password_hash}")[:16]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="customer-sign-in")
