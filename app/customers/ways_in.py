"""A customer's password, forgotten or changed, and what she is told about her ways in."""

from uuid import UUID

from app.audit import service as audit
from app.core import db, i18n
from app.core.actor import SYSTEM, Actor
from app.core.ids import new_id
from app.customers import access, notices, queries
from app.customers.models import Customer
from app.identity import links, lockout, passwords, resetting, sessions
from app.identity.events import FactorChanged, SignInUnusual
from app.identity.models import LinkPurpose, Session, SessionKind

RESET, CUSTOMER = LinkPurpose.RESET, SessionKind.CUSTOMER


def ask_reset(email: str) -> None:
    """Send a link to the customer of this address; alike when there is none. Raises Locked."""
    customer = queries.by_email(email)
    if customer is not None and customer.deceased_at is not None:
        customer = None
    language = customer.language if customer else i18n.language()
    resetting.send(
        CUSTOMER, customer.id if customer else None, email, language, path="/my/sign-in/reset"
    )


def reset(token: str, password: str) -> None:
    """Choose a password by a link. Raises LinkNotValid, WeakPassword."""
    links.owner_of(RESET, CUSTOMER, token)
    hashed = passwords.hashed(password)
    with db.transaction():
        customer_id = links.spend(RESET, CUSTOMER, token)
        _set(access.customer_for(SYSTEM, customer_id, lock=True), hashed, by=SYSTEM, but=None)


def change_password(password: str, *, by: Actor, session_id: UUID) -> None:
    """By herself; she stays signed in only here. Raises WeakPassword."""
    hashed = passwords.hashed(password)
    with db.transaction():
        _set(access.customer_for(by, by.id, lock=True), hashed, by=by, but=session_id)


def want_second_factor(on: bool, *, by: Actor) -> None:
    """Whether a code is asked for beside her password. Twice the same changes nothing."""
    with db.transaction():
        customer = access.customer_for(by, by.id, lock=True)
        if customer.second_factor is not on:
            customer.second_factor = on
            said = "on" if on else "off"
            audit.record(by, "customer.second_factor_set", "customer", customer.id, after=said)


def tell_of_unusual_sign_in(event: SignInUnusual) -> None:
    """Heard once each."""
    if event.kind != CUSTOMER:
        return
    address = db.session.get_one(Session, event.session_id).address
    key = f"sign-in:{event.session_id}"
    notices.notify(event.owner_id, "new_device", by=SYSTEM, effect_key=key, address=address)


def tell_of_changed_factor(event: FactorChanged) -> None:
    if event.kind != CUSTOMER:
        return
    notices.notify(
        event.owner_id, "passkeys_changed", by=SYSTEM, effect_key=f"factor:{event.change_id}"
    )


def _set(customer: Customer, hashed: str, *, by: Actor, but: UUID | None) -> None:
    customer.password_hash = hashed
    lockout.forget(f"customer:{customer.email}")
    lockout.forget(f"reset:{CUSTOMER.value}:{customer.email}")
    sessions.end_all(CUSTOMER, customer.id, by=by, but=but)
    audit.record(by, "customer.password_set", "customer", customer.id)
    key = f"password:{new_id()}"
    notices.notify(customer.id, "password_changed", by=SYSTEM, effect_key=key)
