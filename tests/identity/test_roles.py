"""Roles that an administrator puts together, and who may give them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.identity import roles, sessions, staffing
from app.identity.errors import LastAdministrator
from app.identity.events import RightsChanged
from app.identity.models import SessionKind, Staff
from app.identity.permissions import PERMISSIONS, ROLES, permissions_of
from app.identity.roles import RoleExists, RoleInUse
from app.identity.sensitivity import DEEDS
from tests.factories.actors import administrator
from tests.factories.identity import StaffFactory
from tests.heard import heard


@pytest.fixture
def boss(database):
    return administrator()


def limited(*permissions):
    return replace(administrator(), permissions=frozenset({"staff.manage", *permissions}))


def trail(role):
    """What was done to it, and what is kept of that."""
    query = select(AuditEntry).where(AuditEntry.object_kind == "role")
    query = query.where(AuditEntry.object_id == str(role.id)).order_by(AuditEntry.id)
    return [(each.action, each.changes) for each in db.session.scalars(query)]


def refused(name, permissions, by):
    """The field that is at fault."""
    with pytest.raises(Invalid) as refusal:
        roles.make(name, permissions, by=by)
    return refusal.value.details["field"]


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

    with heard(RightsChanged) as said:
        roles.change(role.id, "Night desk", ["tickets.read"], by=boss)

    assert [each.staff_id for each in said] == [staff.id]
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


def test_two_roles_give_what_both_give_and_nothing_of_a_third(boss):
    first = roles.make("Night desk", ["billing.credit", "tickets.read"], by=boss)
    second = roles.make("Day desk", ["tickets.open"], by=boss)
    roles.make("Refunds", ["payments.refund"], by=boss)

    given = roles.permissions_given([first.code, second.code, "agent"])

    assert given == {"billing.credit", "tickets.read", "tickets.open"}
    assert roles.permissions_given(["agent"]) == frozenset()
    with pytest.raises(Invalid) as refusal:
        roles.permissions_given([first.code, "custom-of-nobody"])
    assert refusal.value.details["field"] == "roles"


def test_the_trail_keeps_what_a_role_gave_before_and_after(boss):
    start = clock.now()
    with clock.moved_to(start):
        role = roles.make("Night desk", ["tickets.read", "billing.credit"], by=boss)
    with clock.moved_to(start + timedelta(hours=1)):
        roles.change(role.id, "Late desk", ["tickets.open", "tickets.read"], by=boss)
        changed = (role.name, role.permissions, role.made_at, role.changed_at)
        roles.retire(role.id, by=boss)

    assert changed == (
        "Late desk", ["tickets.open", "tickets.read"], start, start + timedelta(hours=1),
    )  # fmt: skip
    assert role.retired_at == start + timedelta(hours=1)
    assert trail(role) == [
        ("role.made", {"name": "Night desk", "permissions": "billing.credit, tickets.read"}),
        (
            "role.changed",
            {
                "name": "Late desk",
                "before": "billing.credit, tickets.read",
                "after": "tickets.open, tickets.read",
            },
        ),
        ("role.retired", {"name": f"Late desk ({role.id})"}),
    ]


@pytest.mark.parametrize("permissions", [[], ["nothing.known"], ["tickets.read", "*"]])
def test_what_is_no_permission_makes_no_role(boss, permissions):
    role = roles.make("Night desk", ["tickets.read"], by=boss)

    assert refused("Odd", permissions, boss) == "permissions"
    with pytest.raises(Invalid) as refusal:
        roles.change(role.id, "Night desk", permissions, by=boss)
    assert refusal.value.details["field"] == "permissions"
    assert [each.name for each in roles.every_role()] == ["Night desk"]


def test_a_name_has_up_to_sixty_letters_that_can_be_read(boss):
    assert roles.make("n" * 60, ["tickets.read"], by=boss).name == "n" * 60
    assert roles.make("n", ["tickets.read"], by=boss).name == "n"
    for name in ("", "   ", "n" * 61, "night\u202edesk"):
        assert refused(name, ["tickets.read"], boss) == "name"


def test_there_are_a_hundred_roles_at_most(boss, monkeypatch):
    monkeypatch.setattr(roles, "MOST", 2)
    for name in ("one", "two"):
        roles.make(name, ["tickets.read"], by=boss)

    assert refused("three", ["tickets.read"], boss) == "name"


def test_roles_are_listed_by_name_and_one_keeps_its_own_name_when_it_changes(boss):
    later, earlier = (roles.make(name, ["tickets.read"], by=boss) for name in ("Night", "Day"))

    assert [each.id for each in roles.every_role()] == [earlier.id, later.id]
    roles.change(later.id, "Night", ["tickets.open"], by=boss)
    with pytest.raises(RoleExists):
        roles.change(later.id, "Day", ["tickets.open"], by=boss)


def test_what_there_is_not_or_no_longer_cannot_be_changed(boss):
    role = roles.make("Night desk", ["tickets.read"], by=boss)
    roles.retire(role.id, by=boss)

    for role_id in (role.id, new_id()):
        with pytest.raises(NotFound):
            roles.change(role_id, "Night desk", ["tickets.read"], by=boss)
        with pytest.raises(NotFound):
            roles.retire(role_id, by=boss)
    assert roles.make("Night desk", ["tickets.read"], by=boss).id != role.id


def test_only_who_manages_people_makes_changes_and_retires_roles(boss):
    role = roles.make("Night desk", ["tickets.read"], by=boss)
    other = replace(administrator(), permissions=frozenset({"tickets.read"}))

    with pytest.raises(Forbidden):
        roles.make("Day desk", ["tickets.read"], by=other)
    with pytest.raises(Forbidden):
        roles.change(role.id, "Night desk", ["tickets.read"], by=other)
    with pytest.raises(Forbidden):
        roles.retire(role.id, by=other)


def test_whose_role_only_gets_another_name_stays_signed_in(boss):
    role = roles.make("Night desk", ["tickets.read"], by=boss)
    staff = StaffFactory(roles=[role.code], custom_permissions=role.permissions, markets=[])
    opened = sessions.open_session(
        SessionKind.STAFF, by=staff.as_actor(), user_agent="", address=""
    )

    roles.change(role.id, "Late desk", ["tickets.read"], by=boss)

    assert sessions.find(SessionKind.STAFF, opened.token) is not None


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
    # Who is only invited may never come, and who is disabled comes no more.
    StaffFactory(roles=["administrator"], markets=[], password_hash=None)
    StaffFactory(roles=["administrator"], markets=[], disabled_at=clock.now())

    with pytest.raises(LastAdministrator):
        roles.change(role.id, "People", ["tickets.read"], by=boss)
    db.session.rollback()
    with pytest.raises(LastAdministrator):
        staffing.disable(staff.id, by=boss)


def test_a_role_may_lose_it_while_another_manages_people(boss):
    role = roles.make("People", ["staff.manage", "tickets.read"], by=boss)
    StaffFactory(roles=[role.code], custom_permissions=role.permissions, markets=[])
    StaffFactory(roles=["administrator"], markets=[])

    roles.change(role.id, "People", ["tickets.read"], by=boss)

    assert role.permissions == ["tickets.read"]


def test_a_permission_that_is_gone_gives_nothing():
    assert permissions_of([], ["gone.by", "tickets.read"]) == permissions_of([]) | {"tickets.read"}


def test_every_deed_of_the_table_is_a_permission_that_some_role_holds():
    held = frozenset().union(*ROLES.values())

    assert {rule.permission for rule in DEEDS.values()} <= PERMISSIONS.keys() & held
