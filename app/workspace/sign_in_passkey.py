"""Staff come in with a passkey: as the second factor, or alone, which proves both."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.core import db
from app.core.errors import SignInNeeded
from app.identity import lockout, passkeys
from app.identity.entering import PASSKEY
from app.identity.errors import BadPasskey
from app.identity.models import SessionKind, Staff
from app.identity.passkeys import SECOND_FACTOR, SIGN_IN
from app.web import entering as browsers
from app.web import input as sent_input
from app.web import login
from app.web.input import takes
from app.web.limits import limited
from app.workspace import bp
from app.workspace import sign_in_stages as stages
from app.workspace.sign_in_stages import Stage

STAFF = SessionKind.STAFF


@bp.post("/sign-in/passkey/options")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("pending")
def ask_for_passkey() -> ResponseReturnValue:
    """Of the person whose password was right; of anybody where none was given."""
    bound_to, pending = browsers.attempt(), sent_input.text(sent_input.fields(), "pending")
    if pending:
        owner_id = stages.read(pending).staff.id
        return jsonify(
            passkeys.ask_to_prove(SECOND_FACTOR, STAFF, bound_to=bound_to, owner_id=owner_id)
        )
    return jsonify(passkeys.ask_to_prove(SIGN_IN, STAFF, bound_to=bound_to))


@bp.post("/sign-in/passkey")
@login.open_to_all
@limited("sign-in", times=30, seconds=60)
@takes("pending", "credential", "next")
def check_passkey() -> ResponseReturnValue:
    sent = sent_input.fields()
    pending = sent_input.text(sent, "pending")
    credential, bound_to = browsers.credential(sent), browsers.attempt()
    stage = _as_second(pending, credential, bound_to) if pending else _alone(credential, bound_to)
    answer, _status = stages.go_on(stage, sent_input.text(sent, "next"))
    if isinstance(answer, str):  # a passkey is enough of a proof anywhere
        raise SignInNeeded
    told = jsonify(go=answer.location)
    for cookie in answer.headers.getlist("Set-Cookie"):
        told.headers.add("Set-Cookie", cookie)
    return told


def _alone(credential: dict[str, object], bound_to: str) -> Stage:
    """The device has verified her, so that it is two factors in one."""
    passkey = passkeys.prove(SIGN_IN, STAFF, credential, bound_to=bound_to)
    staff = db.session.get_one(Staff, passkey.owner_id)
    if staff.disabled_at is not None:
        raise BadPasskey
    return Stage(staff, (PASSKEY,))


def _as_second(pending: str, credential: dict[str, object], bound_to: str) -> Stage:
    stage = stages.read(pending)
    name = f"passkey:{stage.staff.id}"
    lockout.attempt(name)
    passkey = passkeys.prove(SECOND_FACTOR, STAFF, credential, bound_to=bound_to)
    if passkey.owner_id != stage.staff.id:
        raise BadPasskey
    with db.transaction():
        lockout.forget(name)
    return Stage(stage.staff, (*stage.proved, PASSKEY))
