"""Roles that an administrator puts together out of permissions; those of the product stay code.

Nobody gives what she has not got herself. Whoever holds a role that changes signs in again.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy
from app.core.ids import new_id
from app.core.turns import take_turn
from app.identity import sessions
from app.identity.errors import LastAdministrator
from app.identity.events import RightsChanged
from app.identity.models import CustomRole, SessionKind, Staff
from app.identity.permissions import PERMISSIONS
from app.identity.queries import has_come_in

MANAGES = "staff.manage"
CODE = "custom-"
LONGEST_NAME = 60
MOST = 100


class RoleExists(Conflict):
    code = "role_exists"
    message = lazy("There is a role of this name already.")


class RoleInUse(Conflict):
    code = "role_in_use"
    message = lazy("Somebody has this role. Please give them another one first.")


def every_role() -> Sequence[CustomRole]:
    """Those that may still be given."""
    query = select(CustomRole).where(CustomRole.retired_at.is_(None))
    return db.session.scalars(query.order_by(CustomRole.name)).all()


def permissions_given(codes: Iterable[str]) -> frozenset[str]:
    """What these give together, in one statement. Raises Invalid for one that there is not."""
    wanted = {code for code in codes if code.startswith(CODE)}
    if not wanted:
        return frozenset()
    query = select(CustomRole).where(CustomRole.code.in_(wanted), CustomRole.retired_at.is_(None))
    found = db.session.scalars(query).all()
    if {role.code for role in found} != wanted:
        raise Invalid(field="roles")
    return frozenset(each for role in found for each in role.permissions)


def make(name: str, permissions: Sequence[str], *, by: Actor) -> CustomRole:
    """Raises RoleExists, Invalid, and Forbidden for what `by` may not do herself."""
    with db.transaction():
        by.must(MANAGES)
        given = _checked(permissions, by)
        if not given:
            raise Invalid(field="permissions")
        take_turn("roles")
        title = _free(name, None)
        if len(every_role()) >= MOST:
            raise Invalid(field="name")
        moment, role_id = clock.now(), new_id()
        role = CustomRole(
            id=role_id,
            code=f"{CODE}{role_id}",
            name=title,
            permissions=given,
            made_at=moment,
            changed_at=moment,
        )
        db.session.add(role)
        audit.record(by, "role.made", "role", role.id, name=title, permissions=", ".join(given))
    return role


def change(role_id: UUID, name: str, permissions: Sequence[str], *, by: Actor) -> CustomRole:
    """Whoever holds it signs in again. Raises what `make` does, and LastAdministrator."""
    with db.transaction():
        take_turn("administrators")
        role = _role(role_id, by)
        _checked(set(permissions) ^ set(role.permissions), by)
        given = sorted(set(permissions))
        if not given:
            raise Invalid(field="permissions")
        before, title = role.permissions, _free(name, role.id)
        said = {"before": ", ".join(before), "after": ", ".join(given)}
        role.name, role.permissions, role.changed_at = title, given, clock.now()
        audit.record(by, "role.changed", "role", role.id, name=title, **said)
        if before != given:
            _carry_over(role, by)
        if MANAGES in before and MANAGES not in given:
            _check_somebody_manages()
    return role


def retire(role_id: UUID, *, by: Actor) -> None:
    """Nobody can be given it any longer. Raises RoleInUse."""
    with db.transaction():
        take_turn("administrators")
        role = _role(role_id, by)
        if _holders(role):
            raise RoleInUse
        role.retired_at, role.name = clock.now(), f"{role.name} ({role.id})"
        audit.record(by, "role.retired", "role", role.id, name=role.name)


def _check_somebody_manages() -> None:
    """Raises LastAdministrator when nobody is left who may manage people. In the turn of
    "administrators", after the change is flushed."""
    query = select(Staff).where(Staff.disabled_at.is_(None), has_come_in())
    if not any(MANAGES in each.permissions for each in db.session.scalars(query)):
        raise LastAdministrator


def _carry_over(role: CustomRole, by: Actor) -> None:
    """To everybody who holds it."""
    db.session.flush()
    for staff in _holders(role):
        staff.custom_permissions = sorted(permissions_given(staff.roles))
        sessions.end_all(SessionKind.STAFF, staff.id, by=by)
        events.announce(RightsChanged(staff.id))
    db.session.flush()


def _holders(role: CustomRole) -> Sequence[Staff]:
    query = select(Staff).where(Staff.roles.contains([role.code])).with_for_update()
    return db.session.scalars(query).all()


def _role(role_id: UUID, by: Actor) -> CustomRole:
    by.must(MANAGES)
    role = db.session.get(CustomRole, role_id, with_for_update=True)
    if role is None or role.retired_at is not None:
        raise NotFound
    return role


def _checked(permissions: Iterable[str], by: Actor) -> list[str]:
    given = sorted(set(permissions))
    if any(each not in PERMISSIONS for each in given):
        raise Invalid(field="permissions")
    for each in given:
        by.must(each)
    return given


def _free(name: str, role_id: UUID | None) -> str:
    title = " ".join(name.split())
    if not 0 < len(title) <= LONGEST_NAME or not title.isprintable():
        raise Invalid(field="name")
    holder = db.session.scalar(select(CustomRole.id).where(CustomRole.name == title))
    if holder not in {None, role_id}:
        raise RoleExists
    return title
