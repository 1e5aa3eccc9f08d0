"""Staff: hiring, and signing in with a password and a second factor."""

from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import select, update

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.i18n import lazy
from app.core.secrets import keyed_hash, same
from app.identity import lockout, passwords
from app.identity.errors import BadCode, BadCredentials, WrongApp
from app.identity.events import FactorChanged
from app.identity.models import Staff, Team

TOTP_SECONDS = 30


class EmailTaken(Conflict):
    code = "email_taken"
    message = lazy("Somebody has this e-mail address already.")


def hire(
    *,
    by: Actor,
    email: str,
    name: str,
    roles: list[str],
    password: str,
    totp_secret: str,
    language: str = "en",
    speaks: list[str] | None = None,
    markets: list[str] | None = None,
    team: str | None = None,
) -> Staff:
    """Give somebody an account. `totp_secret` is base32. Raises EmailTaken, WeakPassword."""
    with db.transaction():
        by.must("staff.manage")
        if staff_by_email(email) is not None:
            raise EmailTaken
        staff = Staff(
            email=email.strip().casefold(),
            name=name,
            language=language,
            speaks=speaks or [language],
            roles=roles,
            markets=markets or [],
            team_id=_team(team).id if team else None,
            password_hash=passwords.hashed(password),
            totp_secret=totp_secret,
            totp_last_step=0,
            created_at=clock.now(),
        )
        db.session.add(staff)
        db.session.flush()  # the audit entry needs the id
        audit.record(by, "staff.hired", "staff", staff.id, roles=roles, markets=markets or [])
    return staff


def check_password(email: str, password: str) -> Staff:
    """The first factor. Raises BadCredentials or Locked; tells nothing about the account."""
    lockout.attempt(email)
    staff = staff_by_email(email)
    stored = staff.password_hash if staff and staff.disabled_at is None else None
    if not passwords.matches(password, stored) or staff is None:
        raise BadCredentials
    with db.transaction():
        lockout.forget(email)
    return staff


def check_code(staff: Staff, code: str) -> Actor:
    """The second factor: a TOTP code, good once. Raises BadCode or Locked."""
    name = f"totp:{staff.id}"
    lockout.attempt(name)
    step = matching_step(staff.totp_secret, code, clock.now())
    with db.transaction():
        if step is not None and _use_step(staff, step):
            lockout.forget(name)
            return staff.as_actor()
    raise BadCode


def offered_secret(secret: str, session_id: UUID) -> str:
    """Proof that this secret was offered by us, in this session: nobody chooses her own."""
    return keyed_hash(f"authenticator:{session_id}:{secret}")


def change_authenticator(
    secret: str, proof: str, code: str, *, by: Actor, session_id: UUID
) -> None:
    """Another app from now on, proved by its code. Raises WrongApp or Locked."""
    name = f"authenticator:{by.id}"
    lockout.attempt(name)
    if not same(proof, offered_secret(secret, session_id)):
        raise WrongApp
    step = matching_step(secret, code, clock.now())
    if step is None:
        raise WrongApp
    with db.transaction():
        staff = db.session.get_one(Staff, by.id, with_for_update=True)
        staff.totp_secret, staff.totp_last_step = secret, step
        lockout.forget(name)
        audit.record(by, "authenticator.changed", "staff", by.id)
        events.announce(FactorChanged("staff", by.id, "authenticator.changed"))


def staff_by_email(email: str) -> Staff | None:
    if "\0" in email:
        return None
    return db.session.scalar(select(Staff).where(Staff.email == email.strip().casefold()))


def _team(name: str) -> Team:
    team = db.session.scalar(select(Team).where(Team.name == name))
    if team is None:
        team = Team(name=name)
        db.session.add(team)
        db.session.flush()  # the staff row points to it
    return team


def matching_step(secret: str, code: str, moment: datetime) -> int | None:
    """The time step a code belongs to; one step of drift either way is forgiven."""
    digits = "".join(code.split())
    if not digits.isascii() or not digits.isdigit():
        return None
    now = int(moment.timestamp()) // TOTP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), digits):
            return step
    return None


def _use_step(staff: Staff, step: int) -> bool:
    """Whether this code is newer than the last one used; decided by the database."""
    used = db.session.execute(
        update(Staff)
        .where(Staff.id == staff.id, Staff.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(Staff.id)
    )
    return used.first() is not None
