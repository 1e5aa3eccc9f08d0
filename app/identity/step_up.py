"""Proving once more who one is, for one action: fresh, used once, and for nothing else.

A confirmation is a row of a session, bound to an action, the thing it is done to, and the amount.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select, update
from webauthn.helpers import base64url_to_bytes

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.money import Money
from app.core.secrets import new_token, token_hash
from app.identity import codes, lockout, passkeys, passwords
from app.identity.errors import BadCode, BadPasskey, StepUpNeeded, WrongCode
from app.identity.models import Confirmation, OneTimeCode, Session, SessionKind, Staff
from app.identity.service import check_code

FRESH_FOR = timedelta(minutes=5)

# A code for who has no password.
PURPOSE = "step-up"
CODE_VALID_FOR = timedelta(minutes=10)
CODE_TRIES = 3
# Who asks again so soon still waits for the first one.
CODE_ON_ITS_WAY = timedelta(minutes=1)
_PARTS = ("action", "object_id", "amount", "currency")


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be confirmed: nothing else than exactly this."""

    action: str
    object_id: str
    amount: Money | None = None

    @property
    def told(self) -> dict[str, object]:
        """As the trail has it."""
        what: dict[str, object] = {"action": self.action, "object_id": self.object_id}
        return what | ({"amount": self.amount} if self.amount is not None else {})

    @property
    def details(self) -> dict[str, str]:
        said = {"action": self.action, "object_id": self.object_id}
        if self.amount is not None:
            said |= {"amount": str(self.amount.amount), "currency": self.amount.currency}
        return said


def prove_staff(by: Actor, code: str) -> None:
    """By the second factor, which is good once. Raises BadCode, or Locked after five failures."""
    staff = db.session.get_one(Staff, by.id)
    check_code(staff, code)


def prove_customer(by: Actor, password: str, stored_hash: str | None) -> None:
    """By the password. Raises BadCode, or Locked after five failures."""
    name = f"step-up:{by.id}"
    lockout.attempt(name)
    if not passwords.matches(password, stored_hash):
        raise BadCode
    with db.transaction():
        lockout.forget(name)


def send_code(
    session_id: UUID, deed: Deed, *, by: Actor, channel: str, address: str
) -> OneTimeCode:
    """A code good for this deed in this session alone, to an address that is known to be hers.

    One that has just been sent for it is not sent again. Raises TooManyCodes.
    """
    what = _bound(session_id, deed)
    sent = codes.live(by.id, PURPOSE, what, tries=CODE_TRIES)
    if sent is not None and sent.issued_at > clock.now() - CODE_ON_ITS_WAY:
        return sent
    return codes.issue(
        by.id,
        PURPOSE,
        what,
        by=by,
        channel=channel,
        address=address,
        valid_for=CODE_VALID_FOR,
    )


def prove_by_code(session_id: UUID, deed: Deed, code: str, *, by: Actor) -> None:
    """By the code that was sent for just this. Raises BadCode, or Locked after five failures."""
    name = f"step-up:{by.id}"
    lockout.attempt(name)
    try:
        code_id = _attempt(_bound(session_id, deed), code, by)
        with db.transaction():
            codes.spend(code_id)
            lockout.forget(name)
    except WrongCode:
        raise BadCode from None


def ask_passkey(session_id: UUID, deed: Deed, *, by: Actor) -> dict[str, Any] | None:
    """What a browser needs to confirm this deed by a passkey; None for who has none."""
    kind = SessionKind(by.kind.value)
    if not passkeys.passkeys_of(kind, by.id):
        return None
    bound_to = str(_bound(session_id, deed))
    return passkeys.ask_to_prove(passkeys.STEP_UP, kind, bound_to=bound_to, owner_id=by.id)


def prove_by_passkey(session_id: UUID, deed: Deed, proof: str, *, by: Actor) -> None:
    """By one of her own, asked for just this. Raises BadCode, or Locked after five failures."""
    name = f"step-up:{by.id}"
    lockout.attempt(name)
    try:
        credential = json.loads(base64url_to_bytes(proof))
        kind, bound_to = SessionKind(by.kind.value), str(_bound(session_id, deed))
        passkey = passkeys.prove(passkeys.STEP_UP, kind, credential, bound_to=bound_to)
    except (BadPasskey, ValueError, TypeError, RecursionError) as error:
        raise BadCode from error
    if passkey.owner_id != by.id:
        raise BadCode
    with db.transaction():
        lockout.forget(name)


def _attempt(what: UUID, code: str, by: Actor) -> UUID:
    sent = codes.live(by.id, PURPOSE, what, tries=CODE_TRIES)
    if sent is None:
        raise WrongCode
    codes.attempt(sent.id, code, owner_id=by.id, purpose=PURPOSE, object_id=what, tries=CODE_TRIES)
    return sent.id


def _bound(session_id: UUID, deed: Deed) -> UUID:
    """One id for a deed in a session."""
    said = deed.details
    parts = [str(session_id), *(said.get(each, "") for each in _PARTS)]
    return uuid5(NAMESPACE_OID, "\n".join(parts))


def confirm(session_id: UUID, deed: Deed, *, by: Actor) -> str:
    """Note that somebody has just proved who she is. Her session gets a new token: the result."""
    token, moment = new_token(), clock.now()
    with db.transaction():
        db.session.add(
            Confirmation(
                id=new_id(),
                session_id=session_id,
                action=deed.action,
                object_id=deed.object_id,
                amount=deed.amount.amount if deed.amount else None,
                currency=deed.amount.currency if deed.amount else None,
                confirmed_at=moment,
            )
        )
        db.session.execute(
            update(Session)
            .where(Session.id == session_id)
            .values(token_hash=token_hash(token), verified_at=moment)
        )
        audit.record(by, "session.confirmed", "session", session_id, **deed.told)
    return token


def use(session_id: UUID, deed: Deed) -> None:
    """Use up a fresh confirmation of just this deed. Raises StepUpNeeded when there is none."""
    amount, currency = (deed.amount.amount, deed.amount.currency) if deed.amount else (None, None)
    usable = (
        select(Confirmation.id)
        .where(
            Confirmation.session_id == session_id,
            Confirmation.action == deed.action,
            Confirmation.object_id == deed.object_id,
            Confirmation.amount.is_not_distinct_from(amount),
            Confirmation.currency.is_not_distinct_from(currency),
            Confirmation.used_at.is_(None),
            Confirmation.confirmed_at > clock.now() - FRESH_FOR,
        )
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    with db.transaction():
        statement = update(Confirmation).where(Confirmation.id == usable)
        used = db.session.execute(
            statement.values(used_at=clock.now()).returning(Confirmation.id),
            execution_options={"synchronize_session": False},
        ).first()
    if used is None:
        raise StepUpNeeded(**deed.details)
