"""Roles that an administrator puts together, and who may give them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import db
from app.core.errors import Forbidden, Invalid
from app.identity import roles, sessions, staffing
from app.identity.errors import LastAdministrator
from app.identity.models import SessionKind, Staff
from app.identity.permissions import PERMISSIONS, ROLES, permissions_of
from app.identity.roles import RoleExists, RoleInUse
from app.identity.sensitivity import DEEDS
from tests.factories.actors import administrator
from tests.factories.identity import StaffFactory


@pytest.fixture
def boss(database):
    return administrator()


def limited(*permissions):
    return replace(administrator(), permissions=frozenset({"staff.manage", *permissions}))


def fresh(staff):
    return db.session.get(Staff, staff.id, populate_existing=True)


def test_a_role_gives_what_it_is_made_of_beside_the_built_in_ones(boss):
    role = roles.make(" Night  desk ", ["billing.credit", "tickets.read"], by=boss)
    staff = StaffFactory(roles=["field_technician"], markets=[])

    staffing.change_roles(staff.id, ["field_technician", role.code], by=boss)

    may = fresh(staff).as_actor().may
    assert role.name == "Night desk"
    assert may("billing.credit")
    assert may("network.read")
    assert not may("billing.run")


def test_what_a_role_loses_everybody_loses_at_once_and_signs_in_again(boss):
    role = roles.make("Night desk", ["billing.credit", "tickets.read"], by=boss)
    staff = StaffFactory(roles=[], markets=[])
    staffing.change_roles(staff.id, [role.code], by=boss)
    opened = sessions.open_session(
        SessionKind.STAFF, by=fresh(staff).as_actor(), user_agent="", address=""
    )

    roles.change(role.id, "Night desk", ["tickets.read"], by=boss)

    assert sessions.find(SessionKind.STAFF, opened.token) is None
    assert not fresh(staff).as_actor().may("billing.credit")
    assert db.session.scalars(select(AuditEntry.action)).all()[-2:] == [
        "role.changed",
        "session.ended",
    ]


def test_nobody_gives_or_takes_what_she_has_not_got(boss):
    role = roles.make("Refunds", ["payments.refund"], by=boss)
    small = limited("tickets.read")
    staff = StaffFactory(roles=[], markets=[])

    with pytest.raises(Forbidden):
        roles.make("More", ["payments.refund"], by=small)
    with pytest.raises(Forbidden):
        roles.change(role.id, "Refunds", ["tickets.read"], by=small)
    with pytest.raises(Forbidden):
        staffing.change_roles(staff.id, [role.code], by=small)
    assert fresh(staff).as_actor().permissions == permissions_of([])


@pytest.mark.parametrize("permissions", [[], ["nothing.known"], ["tickets.read", "*"]])
def test_what_is_no_permission_makes_no_role(boss, permissions):
    with pytest.raises(Invalid):
        roles.make("Odd", permissions, by=boss)


def test_a_name_is_taken_once_and_a_role_in_use_stays(boss):
    role = roles.make("Night desk", ["tickets.read"], by=boss)
    staff = StaffFactory(roles=[], markets=[])
    staffing.change_roles(staff.id, [role.code], by=boss)

    with pytest.raises(RoleExists):
        roles.make("Night desk", ["tickets.open"], by=boss)
    with pytest.raises(RoleInUse):
        roles.retire(role.id, by=boss)
    staffing.change_roles(staff.id, ["agent"], by=boss)
    roles.retire(role.id, by=boss)

    assert roles.every_role() == []
    with pytest.raises(Invalid):
        staffing.change_roles(staff.id, [role.code], by=boss)


def test_the_last_who_manages_people_by_a_role_of_her_own_stays(boss):
    role = roles.make("People", ["staff.manage", "tickets.read"], by=boss)
    staff = StaffFactory(roles=[role.code], custom_permissions=role.permissions, markets=[])
    # Who is only invited may never come.
    StaffFactory(roles=["administrator"], markets=[], password_hash=None)

    with pytest.raises(LastAdministrator):
        roles.change(role.id, "People", ["tickets.read"], by=boss)
    db.session.rollback()
    with pytest.raises(LastAdministrator):
        staffing.disable(staff.id, by=boss)


def test_a_permission_that_is_gone_gives_nothing():
    assert permissions_of([], ["gone.by", "tickets.read"]) == permissions_of([]) | {"tickets.read"}


def test_every_deed_of_the_table_is_a_permission_that_some_role_holds():
    held = frozenset().union(*ROLES.values())

    assert {rule.permission for rule in DEEDS.values()} <= PERMISSIONS.keys() & held
