"""Proving once more who one is, for one action: fresh, used once, and for nothing else.

A confirmation is a row of a session, bound to an action, the thing it is done to, and the amount.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.money import Money
from app.core.secrets import new_token, token_hash
from app.identity import lockout, passwords
from app.identity.errors import BadCode, StepUpNeeded
from app.identity.models import Confirmation, Session, Staff
from app.identity.service import check_code

FRESH_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Deed:
    """What is to be confirmed: nothing else than exactly this."""

    action: str
    object_id: str
    amount: Money | None = None

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
    lockout.check(name)
    if not passwords.matches(password, stored_hash):
        lockout.count_failure(name)
        raise BadCode
    with db.transaction():
        lockout.forget(name)


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
        audit.record(by, "session.confirmed", "session", session_id, **deed.details)
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
