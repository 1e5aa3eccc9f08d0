"""What proves that it is her, and where she is signed in."""

from uuid import UUID

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import db
from app.customers import ways_in
from app.customers.models import Customer
from app.identity import passkeys, sessions
from app.identity.models import SessionKind
from app.portal import bp
from app.portal.me import me
from app.web import entering as browsers
from app.web import input as sent_input
from app.web import login, staying
from app.web.input import takes
from app.web.login import customer_with
from app.web.step_up import confirmed

CUSTOMER = SessionKind.CUSTOMER
PAGE, PASSKEY = "portal/security/page.html", "portal/security/new_passkey.html"
DEED = "factors.change"


@bp.get("/my/security")
@customer_with("session.end")
def security() -> ResponseReturnValue:
    customer = me()
    return render_template(
        PAGE,
        has_password=customer.password_hash is not None,
        second_factor=customer.second_factor,
        passkeys=passkeys.passkeys_of(CUSTOMER, customer.id),
        sessions=sessions.sessions_of(CUSTOMER, customer.id),
        here=login.current_session().id,
        done=request.args.get("done", ""),
    )


@bp.post("/my/security/passkeys/begin")
@customer_with("session.end")
@takes()
def begin_passkey() -> ResponseReturnValue:
    actor, session = login.current_actor(), login.current_session()
    confirmed(DEED, actor.id)
    account = db.session.get_one(Customer, actor.id).email
    options = passkeys.ask_to_register(actor, bound_to=str(session.id), account=account)
    return render_template(PASSKEY, options=options, finish=url_for("portal.add_passkey"))


@bp.post("/my/security/passkeys")
@customer_with("session.end")
@takes("name", "credential")
def add_passkey() -> ResponseReturnValue:
    """It answers a challenge that only a confirmed session was given."""
    given = sent_input.fields()
    passkeys.register(
        browsers.credential(given),
        sent_input.text(given, "name"),
        by=login.current_actor(),
        bound_to=str(login.current_session().id),
    )
    return jsonify(go=url_for("portal.security", done="passkey"))


@bp.post("/my/security/passkeys/<uuid:passkey_id>/rename")
@customer_with("session.end")
@takes("name")
def rename_passkey(passkey_id: UUID) -> ResponseReturnValue:
    passkeys.rename(passkey_id, request.form.get("name", ""), by=login.current_actor())
    return redirect(url_for("portal.security"), 303)


@bp.post("/my/security/passkeys/<uuid:passkey_id>/revoke")
@customer_with("session.end")
@takes()
def revoke_passkey(passkey_id: UUID) -> ResponseReturnValue:
    actor = login.current_actor()
    confirmed(DEED, actor.id)
    passkeys.revoke(passkey_id, by=actor)
    return redirect(url_for("portal.security", done="revoked"), 303)


@bp.post("/my/security/password")
@customer_with("session.end")
@takes("password", "again")
def change_password() -> ResponseReturnValue:
    actor, password = login.current_actor(), browsers.chosen_password()
    confirmed(DEED, actor.id)
    ways_in.change_password(password, by=actor, session_id=login.current_session().id)
    return redirect(url_for("portal.security", done="password"), 303)


@bp.post("/my/security/sessions/<uuid:session_id>/end")
@customer_with("session.end")
@takes()
def end_session(session_id: UUID) -> ResponseReturnValue:
    sessions.end_own(session_id, by=login.current_actor())
    return redirect(url_for("portal.security", done="ended"), 303)


@bp.post("/my/security/sessions/end")
@customer_with("session.end")
@takes()
def end_other_sessions() -> ResponseReturnValue:
    actor, here = login.current_actor(), login.current_session().id
    sessions.end_all(CUSTOMER, actor.id, by=actor, but=here)
    return redirect(url_for("portal.security", done="ended"), 303)


@bp.get("/my/session")
@customer_with("session.end")
def session_left() -> ResponseReturnValue:
    return jsonify(staying.remaining())


@bp.post("/my/session/stay")
@customer_with("session.end")
@takes()
def stay() -> Response:
    """Somebody is there: the request itself was counted as what she does."""
    return jsonify(staying.remaining())
