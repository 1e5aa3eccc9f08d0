"""Coming in: what is unusual about it, the extra proof that may need, and the session it opens."""

from collections.abc import Sequence
from uuid import UUID

from app.core import clock, db, events
from app.core.actor import Actor
from app.identity import codes, context, devices, lockout, sessions
from app.identity.context import Rules, Verdict
from app.identity.errors import BadCode, WrongCode
from app.identity.events import SignInUnusual
from app.identity.models import SessionKind
from app.identity.sessions import Opened
from app.markets.queries import markets_of

# What a session was opened by.
PASSWORD, TOTP, PASSKEY, RECOVERY, SIGN_ON, MAIL = (
    "password",
    "totp",
    "passkey",
    "recovery",
    "sign_on",
    "mail",
)  # fmt: skip
EXTRA_PURPOSE = "sign-in"
EXTRA_TRIES = 5


def verdict_of(kind: SessionKind, actor: Actor, device_token: str) -> Verdict:
    """What the markets that she works in say about coming in now and from here."""
    moment = clock.now()
    known = [
        context.rules(market.timezone, market.settings_at(moment).get(context.SETTING))
        for market in markets_of(actor)
    ]
    if kind is SessionKind.CUSTOMER:  # who has no working hours
        known = [Rules(each.timezone, each.new_device) for each in known]
    return context.verdict(known, moment, new_device=devices.is_new(kind, actor.id, device_token))


def send_extra(by: Actor, *, channel: str, address: str) -> None:
    """A code to an address that is known to be hers. One that is on its way is enough.

    Raises TooManyCodes.
    """
    if codes.live(by.id, EXTRA_PURPOSE, by.id, tries=EXTRA_TRIES) is None:
        codes.issue(
            by.id,
            EXTRA_PURPOSE,
            by.id,
            by=by,
            channel=channel,
            address=address,
            about=by.kind.value,
        )


def check_extra(owner_id: UUID, code: str) -> None:
    """Raises BadCode or Locked."""
    name = f"extra:{owner_id}"
    lockout.attempt(name)
    sent = codes.live(owner_id, EXTRA_PURPOSE, owner_id, tries=EXTRA_TRIES)
    if sent is None:
        raise BadCode
    try:
        codes.attempt(
            sent.id,
            code,
            owner_id=owner_id,
            purpose=EXTRA_PURPOSE,
            object_id=owner_id,
            tries=EXTRA_TRIES,
        )
        with db.transaction():
            codes.spend(sent.id)
            lockout.forget(name)
    except WrongCode:
        raise BadCode from None


def enter(
    kind: SessionKind,
    *,
    by: Actor,
    factors: Sequence[str],
    found: Verdict,
    device_token: str,
    user_agent: str,
    address: str,
) -> tuple[Opened, str]:
    """A session, and the token by which this browser is known from now on."""
    with db.transaction():
        device = devices.remember(kind, by.id, device_token)
        opened = sessions.open_session(
            kind,
            by=by,
            user_agent=user_agent,
            address=address,
            verified=kind is SessionKind.STAFF,
            factors=factors,
            device_id=device.id,
        )
        if found.why:
            db.session.flush()  # its id is announced
            events.announce(SignInUnusual(opened.session.id, kind.value, by.id, found.why))
    return opened, device.token
