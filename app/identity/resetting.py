"""A password forgotten, or changed: by a link that is good once, or by somebody who is signed in.

Whoever asks learns nothing about the address. The second factor is asked for afterwards as ever,
and every other session ends.
"""

from uuid import UUID

from app.audit import service as audit
from app.core import clock, db, i18n
from app.core.actor import SYSTEM, Actor
from app.identity import letters, links, lockout, passwords, sessions, switch
from app.identity.models import LinkPurpose, SessionKind, Staff
from app.identity.service import staff_by_email

RESET, STAFF = LinkPurpose.RESET, SessionKind.STAFF


def ask(email: str) -> None:
    """Send a link to somebody who works here. Alike for everybody else. Raises Locked."""
    staff = staff_by_email(email)
    if staff is not None and (staff.password_hash is None or staff.disabled_at is not None):
        staff = None
    language = staff.language if staff else i18n.language()
    send(STAFF, staff.id if staff else None, email, language, path="/sign-in/reset")


def send(kind: SessionKind, owner_id: UUID | None, email: str, language: str, *, path: str) -> None:
    """The same work, whether or not the address is somebody's. Raises Locked."""
    lockout.attempt(f"reset:{kind.value}:{email}")
    with db.transaction():
        token = links.issue(RESET, kind, owner_id)
        site = switch.site()
        letters.write(
            "reset",
            email.strip(),
            language,
            expires_at=clock.now() + links.VALID_FOR,
            sent=owner_id is not None,
            operator=site.operator,
            minutes=links.MINUTES,
            url=f"{site.url}{path}?token={token}",
        )
        known = {"found": owner_id is not None}
        audit.record(SYSTEM, "password.reset_asked", kind.value, owner_id or "unknown", **known)


def reset(token: str, password: str) -> None:
    """Choose another password by a link. Raises LinkNotValid, WeakPassword."""
    links.owner_of(RESET, STAFF, token)
    hashed = passwords.hashed(password)
    with db.transaction():
        staff_id = links.spend(RESET, STAFF, token)
        staff = db.session.get_one(Staff, staff_id, with_for_update=True, populate_existing=True)
        _set(staff, hashed, by=staff.as_actor(), but=None)


def change(password: str, *, by: Actor, session_id: UUID) -> None:
    """By herself; she stays signed in only here. Raises WeakPassword."""
    hashed = passwords.hashed(password)
    with db.transaction():
        staff = db.session.get_one(Staff, by.id, with_for_update=True, populate_existing=True)
        _set(staff, hashed, by=by, but=session_id)


def _set(staff: Staff, hashed: str, *, by: Actor, but: UUID | None) -> None:
    staff.password_hash = hashed
    lockout.forget(staff.email)
    lockout.forget(f"reset:{STAFF.value}:{staff.email}")
    sessions.end_all(STAFF, staff.id, by=by, but=but)
    audit.record(by, "password.changed", "staff", staff.id)
    operator = switch.site().operator
    letters.write("password_changed", staff.email, staff.language, operator=operator)
