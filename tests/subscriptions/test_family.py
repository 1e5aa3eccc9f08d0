from datetime import timedelta

import pytest

from app.core import clock
from app.core.errors import Invalid, NotFound
from app.subscriptions import queries, service
from app.subscriptions.errors import (
    FamilyFull,
    InAnotherFamily,
    LineBlocked,
    LineLeaving,
    NotShareable,
)
from tests.factories.actors import administrator, agent, customer
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def account(database):
    return AccountFactory()


@pytest.fixture
def owner(account):
    return line_with_plan(OfferVersionFactory(shared_with=2), account=account)


def members(owner):
    return {(each.line_id, each.cap) for each in queries.families_of([owner.id])}


def test_a_customer_shares_her_plan_and_changes_a_cap(owner, account):
    line, by = line_with_plan(account=account), customer(account.customer_id)

    service.share_with(owner.id, line.id, by=by, cap=5)
    service.share_with(owner.id, line.id, by=by, cap=9)

    assert members(owner) == {(line.id, 9)}
    service.stop_sharing(line.id, by=by)
    assert service.stop_sharing(line.id, by=by) is None
    assert members(owner) == set()


def test_what_is_not_shared(owner, account):
    by, owner_id = agent(), owner.id
    one, two, three = (line_with_plan(account=account) for _ in range(3))
    ids = [each.id for each in (one, two, three)]

    with pytest.raises(NotShareable):
        service.share_with(ids[0], ids[1], by=by)
    with pytest.raises(NotShareable):
        service.share_with(owner_id, owner_id, by=by)
    with pytest.raises(NotFound):
        service.share_with(owner_id, line_with_plan().id, by=by)
    with pytest.raises(NotFound):
        service.share_with(owner_id, ids[0], by=customer())
    with pytest.raises(Invalid):
        service.share_with(owner_id, ids[0], by=by, cap=-1)
    service.share_with(owner_id, ids[0], by=by)
    service.share_with(owner_id, ids[1], by=by)
    with pytest.raises(FamilyFull):
        service.share_with(owner_id, ids[2], by=by)


def test_a_line_is_in_one_family_and_owns_none_then(owner, account):
    other = line_with_plan(OfferVersionFactory(shared_with=2), account=account)
    line, ids = line_with_plan(account=account), (owner.id, other.id)
    service.share_with(owner.id, line.id, by=agent())

    with pytest.raises(InAnotherFamily):
        service.share_with(ids[1], line.id, by=agent())
    with pytest.raises(InAnotherFamily):
        service.share_with(ids[1], ids[0], by=agent())


def test_a_member_does_not_share_her_own_plan(owner, account):
    member = line_with_plan(OfferVersionFactory(shared_with=2), account=account)
    third = line_with_plan(account=account)
    service.share_with(owner.id, member.id, by=agent())

    with pytest.raises(InAnotherFamily):
        service.share_with(member.id, third.id, by=agent())


def test_a_line_that_is_about_to_leave_neither_shares_nor_joins(owner, account):
    line, other, by = line_with_plan(account=account), line_with_plan(account=account), agent()
    due_at = clock.now() + timedelta(days=3)
    service.order_disconnection(line.id, "request", due_at, by=administrator())
    with pytest.raises(LineLeaving):
        service.share_with(owner.id, line.id, by=by)

    service.order_disconnection(owner.id, "request", due_at, by=administrator())
    with pytest.raises(LineLeaving):
        service.share_with(owner.id, other.id, by=by)


def test_a_blocked_line_shares_nothing_and_a_closed_one_leaves(owner, account):
    line, by = line_with_plan(account=account), administrator()
    owner_id, line_id = owner.id, line.id
    service.place_block(line_id, "lost", "all", by=by)
    with pytest.raises(LineBlocked):
        service.share_with(owner_id, line_id, by=by)
    service.found_again(line_id, by=by)
    service.share_with(owner_id, line_id, by=by)

    service.close_line(line_id, by=by, reason="request")

    assert members(owner) == set()
