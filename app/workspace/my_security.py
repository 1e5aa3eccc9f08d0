"""What proves that it is me, and where I am signed in: the page of everybody who works here."""

from uuid import UUID

import pyotp
from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import db
from app.identity import grants, passkeys, recovery, resetting, service, sessions, sign_on
from app.identity.models import SessionKind, Staff
from app.web import entering as browsers
from app.web import htmx, login, staying
from app.web import input as sent_input
from app.web.input import takes
from app.web.step_up import confirmed
from app.workspace import bp
from app.workspace.sign_in_stages import sent, sign_on_name
from app.workspace.welcome import authenticator_address

STAFF = SessionKind.STAFF
PAGE = "workspace/security/page.html"
CODES = "workspace/security/_codes.html"
PASSKEY = "web/_new_passkey.html"
AUTHENTICATOR = "workspace/security/_authenticator.html"


@bp.get("/me/security")
@login.staff_with("session.end")
def my_security() -> ResponseReturnValue:
    actor = login.current_actor()
    return render_template(
        PAGE,
        passkeys=passkeys.passkeys_of(STAFF, actor.id),
        codes_left=recovery.left(actor.id),
        sessions=sessions.sessions_of(STAFF, actor.id),
        here=login.current_session().id,
        sso=sign_on_name(),
        grants=grants.grants_of(actor),
        identities=sign_on.identities_of(actor.id),
        done=request.args.get("done", ""),
    )


@bp.post("/me/security/passkeys/begin")
@login.staff_with("session.end")
@takes()
def begin_passkey() -> ResponseReturnValue:
    """A dialog that makes the key; what it needs stands in it."""
    actor, session = login.current_actor(), login.current_session()
    confirmed("factors.change", actor.id)
    account = db.session.get_one(Staff, actor.id).email
    options = passkeys.ask_to_register(actor, bound_to=str(session.id), account=account)
    return render_template(PASSKEY, options=options, finish=url_for("workspace.add_passkey"))


@bp.post("/me/security/passkeys")
@login.staff_with("session.end")
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
    return jsonify(go=url_for("workspace.my_security", done="passkey"))


@bp.post("/me/security/passkeys/<uuid:passkey_id>/rename")
@login.staff_with("session.end")
@takes("name")
def rename_passkey(passkey_id: UUID) -> ResponseReturnValue:
    passkeys.rename(passkey_id, sent("name"), by=login.current_actor())
    return redirect(url_for("workspace.my_security"), 303)


@bp.post("/me/security/passkeys/<uuid:passkey_id>/revoke")
@login.staff_with("session.end")
@takes()
def revoke_passkey(passkey_id: UUID) -> ResponseReturnValue:
    actor = login.current_actor()
    confirmed("factors.change", actor.id)
    passkeys.revoke(passkey_id, by=actor)
    return htmx.go(url_for("workspace.my_security", done="revoked"))


@bp.post("/me/security/recovery")
@login.staff_with("session.end")
@takes()
def make_recovery_codes() -> ResponseReturnValue:
    """Answers with the codes themselves: they are shown this once."""
    actor = login.current_actor()
    confirmed("factors.change", actor.id)
    return render_template(CODES, codes=recovery.regenerate(by=actor))


@bp.post("/me/security/authenticator/begin")
@login.staff_with("session.end")
@takes()
def begin_authenticator() -> ResponseReturnValue:
    """Another app is shown a fresh secret; the old one is good until the new one is proved."""
    actor = login.current_actor()
    confirmed("factors.change", actor.id)
    staff = db.session.get_one(Staff, actor.id)
    secret = pyotp.random_base32()
    return render_template(
        AUTHENTICATOR,
        secret=secret,
        proof=service.offered_secret(secret, login.current_session().id),
        address=authenticator_address(staff, secret),
    )


@bp.post("/me/security/authenticator")
@login.staff_with("session.end")
@takes("secret", "proof", "code")
def change_authenticator() -> ResponseReturnValue:
    actor, session = login.current_actor(), login.current_session()
    service.change_authenticator(
        sent("secret"), sent("proof"), sent("code"), by=actor, session_id=session.id
    )
    return htmx.go(url_for("workspace.my_security", done="authenticator"))


@bp.post("/me/security/password")
@login.staff_with("session.end")
@takes("password", "again")
def change_password() -> ResponseReturnValue:
    actor = login.current_actor()
    password = browsers.chosen_password()
    confirmed("factors.change", actor.id)
    resetting.change(password, by=actor, session_id=login.current_session().id)
    return htmx.go(url_for("workspace.my_security", done="password"))


@bp.post("/me/security/sso/<uuid:identity_id>/unlink")
@login.staff_with("session.end")
@takes()
def unlink_sign_on(identity_id: UUID) -> ResponseReturnValue:
    actor = login.current_actor()
    confirmed("factors.change", actor.id)
    sign_on.unlink(identity_id, by=actor)
    return htmx.go(url_for("workspace.my_security", done="unlinked"))


@bp.post("/me/security/sessions/<uuid:session_id>/end")
@login.staff_with("session.end")
@takes()
def end_session(session_id: UUID) -> ResponseReturnValue:
    sessions.end_own(session_id, by=login.current_actor())
    return redirect(url_for("workspace.my_security", done="ended"), 303)


@bp.post("/me/security/sessions/end")
@login.staff_with("session.end")
@takes()
def end_other_sessions() -> ResponseReturnValue:
    actor, here = login.current_actor(), login.current_session().id
    sessions.end_all(STAFF, actor.id, by=actor, but=here)
    return redirect(url_for("workspace.my_security", done="ended"), 303)


@bp.get("/me/session")
@login.staff_with("session.end")
def session_left() -> ResponseReturnValue:
    return jsonify(staying.remaining())


@bp.post("/me/session/stay")
@login.staff_with("session.end")
@takes()
def stay() -> Response:
    """Somebody is there: the request itself was counted as what she does."""
    return jsonify(staying.remaining())
