"""Between the factors: what somebody has proved so far, and what is still asked of her.

The first factor is a password or the operator's sign-on, the second a code, a passkey or a recovery
code; a code by mail comes on top where the market wants more proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, make_response, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core import db
from app.core.actor import Actor
from app.core.errors import Refusal, SignInNeeded
from app.core.secrets import keyed_hash, masked_address
from app.identity import entering, switch
from app.identity.context import Answer
from app.identity.entering import MAIL, PASSKEY, RECOVERY, TOTP
from app.identity.errors import TooManyCodes
from app.identity.models import SessionKind, Staff
from app.identity.passkeys import passkeys_of
from app.identity.recovery import left
from app.web import entering as browsers
from app.web import login, staff_pages

# How long somebody may look for her phone between one factor and the next.
SECONDS_BETWEEN_FACTORS = 300
CODE_PAGE, EXTRA_PAGE = "workspace/sign_in/code.html", "workspace/sign_in/extra.html"
SECOND = {TOTP, PASSKEY, RECOVERY}


@dataclass(frozen=True, slots=True)
class Stage:
    """`proved` are the factors so far, in their order."""

    staff: Staff
    proved: tuple[str, ...]

    @property
    def has_second(self) -> bool:
        return bool(SECOND.intersection(self.proved))

    @property
    def has_passkey(self) -> bool:
        return bool(passkeys_of(SessionKind.STAFF, self.staff.id))


def read(pending: str) -> Stage:
    """Who has proved what, here. Raises SignInNeeded when that was too long ago."""
    try:
        told = _signer().loads(pending, max_age=SECONDS_BETWEEN_FACTORS)
        staff = db.session.get(Staff, UUID(told["staff"]))
    except (BadSignature, ValueError, KeyError, TypeError, AttributeError):
        raise SignInNeeded from None
    if staff is None or staff.disabled_at is not None or told["state"] != _state(staff):
        raise SignInNeeded
    return Stage(staff, tuple(told["proved"]))


def read_second(pending: str) -> Stage:
    """The same, where the second factor is still to be proved."""
    stage = read(pending)
    if stage.has_second:
        raise SignInNeeded
    return stage


def ask_second(stage: Stage, next_path: str, refusal: Refusal | None = None) -> str:
    return render_template(
        CODE_PAGE,
        pending=_written(stage),
        next=next_path,
        refusal=refusal,
        has_passkey=stage.has_passkey,
        has_recovery=left(stage.staff.id) > 0,
    )


def ask_extra(stage: Stage, next_path: str, refusal: Refusal | None = None) -> str:
    return render_template(
        EXTRA_PAGE,
        pending=_written(stage),
        next=next_path,
        refusal=refusal,
        sent_to=masked_address(stage.staff.email),
        has_passkey=stage.has_passkey,
    )


def go_on(stage: Stage, next_path: str) -> tuple[Response | str, int]:
    """Let her in, or ask for one more proof."""
    actor = stage.staff.as_actor()
    found = browsers.verdict(SessionKind.STAFF, actor)
    if found.answer is Answer.EXTRA and not {PASSKEY, MAIL}.intersection(stage.proved):
        try:
            entering.send_extra(actor, channel="email", address=stage.staff.email)
        except TooManyCodes as refusal:
            return ask_extra(stage, next_path, refusal), refusal.status
        return ask_extra(stage, next_path), 200
    answer = make_response(redirect(address_of(actor, next_path), 303))
    be(Availability.AVAILABLE, actor)
    browsers.let_in(SessionKind.STAFF, actor, answer, factors=stage.proved, found=found)
    return answer, answer.status_code


def address_of(actor: Actor, next_path: str) -> str:
    """Where she wanted to go, else the first place that she may enter."""
    wanted = login.own_path(next_path)
    return wanted or home_of(actor)


def home_of(actor: Actor) -> str:
    places = staff_pages.places_for(actor)
    return places[0].url if places else url_for("workspace.my_security")


def be(availability: Availability, actor: Actor) -> None:
    """Who comes to serve customers is there for them, until she says otherwise or goes."""
    if actor.may("tickets.accept"):
        ownership.set_availability(actor.id, availability, by=actor)


def sent(name: str) -> str:
    return request.form.get(name, "")


def sign_on_name() -> str:
    """Of the operator's own, where there is one."""
    provider = switch.sign_on()
    return provider.name if provider else ""


def _written(stage: Stage) -> str:
    proved: Sequence[str] = stage.proved
    told = {"staff": str(stage.staff.id), "proved": list(proved), "state": _state(stage.staff)}
    return _signer().dumps(told)


def _state(staff: Staff) -> str:
    """What a new password, or a new authenticator, makes worthless."""
    return keyed_hash(f"{staff.password_hash}:{staff.totp_secret}")[:16]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="sign-in-stage")
