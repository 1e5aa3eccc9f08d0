"""Who may do what, asked of the actor: the innermost rule of all of them."""

from dataclasses import replace
from uuid import UUID

import pytest

from app.core.actor import BOT, SYSTEM, Actor, Kind
from app.core.errors import Forbidden
from app.identity.permissions import ALL_STAFF, PERMISSIONS, ROLES, permissions_of

SOMEBODY = Actor(Kind.STAFF, UUID(int=7), "Ana", frozenset({"tickets.read"}))


@pytest.mark.parametrize("kind", list(Kind))
def test_only_the_system_may_what_it_does_not_hold(kind):
    actor = replace(SOMEBODY, kind=kind)

    assert actor.may("tickets.read")
    assert actor.may("billing.run") is (kind is Kind.SYSTEM)


def test_a_refusal_names_the_permission_that_is_missing():
    with pytest.raises(Forbidden) as refused:
        SOMEBODY.must("billing.run")

    assert refused.value.details == {"permission": "billing.run"}
    SOMEBODY.must("tickets.read")


def test_without_named_markets_all_are_seen_and_with_them_these():
    mexican = replace(SOMEBODY, markets=frozenset({"MX"}))

    assert SOMEBODY.sees_market("BR")
    assert [mexican.sees_market(each) for each in ("MX", "BR", "")] == [True, False, False]


@pytest.mark.parametrize("kind", list(Kind))
def test_an_actor_is_of_one_kind(kind):
    actor = replace(SOMEBODY, kind=kind)

    assert actor.is_staff is (kind is Kind.STAFF)
    assert actor.is_customer is (kind is Kind.CUSTOMER)


def test_nobody_who_is_not_told_so_holds_anything():
    nobody = Actor(Kind.VISITOR, UUID(int=9), "Somebody")

    assert (nobody.permissions, nobody.markets, nobody.roles) == (frozenset(),) * 3
    assert nobody.language == "en"
    assert BOT.permissions == frozenset()
    assert not BOT.may("tickets.read")
    assert (SYSTEM.kind, SYSTEM.id, BOT.kind, BOT.id) == (
        Kind.SYSTEM, UUID(int=0), Kind.BOT, UUID(int=1),
    )  # fmt: skip


def test_roles_add_up_and_unknown_ones_give_nothing():
    assert permissions_of([]) == ALL_STAFF
    assert permissions_of(["nobody"]) == ALL_STAFF
    assert permissions_of(["agent"]) == ROLES["agent"] | ALL_STAFF
    assert permissions_of(["agent", "auditor"]) == ROLES["agent"] | ROLES["auditor"] | ALL_STAFF


def test_what_is_given_besides_counts_only_as_far_as_it_is_a_permission():
    given = permissions_of(["agent"], ["billing.run", "gone.by"])

    assert given - permissions_of(["agent"]) == {"billing.run"}
    assert given <= PERMISSIONS.keys() | ALL_STAFF
