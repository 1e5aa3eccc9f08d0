"""Recovery codes: ten that stand in for a lost second factor, each once, kept as hashes."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.secrets import keyed_hash
from app.identity import lockout
from app.identity.errors import BadCode
from app.identity.events import FactorChanged
from app.identity.models import RecoveryCode, Staff

HOW_MANY = 10
# Without what is read as something else: 31 signs, so sixteen of them are 79 bits.
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH, GROUP = 16, 4
LONGEST_TYPED = 64


def regenerate(*, by: Actor) -> Sequence[str]:
    """Ten new codes, shown this once; those before are worth nothing now."""
    codes = ["".join(secrets.choice(SIGNS) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    moment = clock.now()
    with db.transaction():
        db.session.get(Staff, by.id, with_for_update=True)
        forget(by.id)
        db.session.add_all(
            RecoveryCode(id=new_id(), staff_id=by.id, code_hash=_hash(by.id, each), made_at=moment)
            for each in codes
        )
        audit.record(by, "recovery_codes.made", "staff", by.id)
        events.announce(FactorChanged("staff", by.id, "recovery_codes.made"))
    return ["-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP)) for code in codes]


def use(staff: Staff, typed: str) -> Actor:
    """In the place of the second factor, once also in fifty tries at the same instant.

    Raises BadCode or Locked.
    """
    name = f"recovery:{staff.id}"
    lockout.attempt(name)
    with db.transaction():
        used = db.session.scalar(
            update(RecoveryCode)
            .where(
                RecoveryCode.staff_id == staff.id,
                RecoveryCode.code_hash == _hash(staff.id, typed[:LONGEST_TYPED]),
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=clock.now())
            .returning(RecoveryCode.id)
        )
        if used is not None:
            lockout.forget(name)
            actor = staff.as_actor()
            audit.record(actor, "recovery_codes.used", "staff", staff.id, left=left(staff.id))
            events.announce(FactorChanged("staff", staff.id, "recovery_codes.used"))
            return actor
    raise BadCode


def forget(staff_id: UUID) -> None:
    """Joins the caller's transaction."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))


def left(staff_id: UUID) -> int:
    """How many are still good."""
    query = select(func.count()).where(
        RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query) or 0


def _hash(staff_id: UUID, typed: str) -> str:
    plain = "".join(sign for sign in typed.casefold() if sign in SIGNS)
    return keyed_hash(f"recovery:{staff_id}:{plain}")
