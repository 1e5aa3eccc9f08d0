from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from app.catalog import service as catalogue
from app.catalog.errors import DiscountUnknown, NotEligible, PromotionUsedUp
from app.catalog.models import Discount
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Conflict, Forbidden, NotFound
from app.subscriptions import service
from app.subscriptions.errors import PromotionTaken
from app.subscriptions.events import PromotionRedeemed
from app.subscriptions.models import DiscountGrant
from app.subscriptions.promised_months import ends_after
from tests.billing.committed import at_once, count
from tests.factories.actors import customer, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard


@pytest.fixture
def account(database):
    return AccountFactory()


def take(account, code, key="k", *, by=None, **more):
    by = by or customer(account.customer_id)
    return service.redeem(account.id, code, by=by, effect_key=key, **more)


def redeemed():
    return db.session.scalars(select(Discount.redeemed)).one()


def test_a_code_grants_its_discount_for_its_months(account):
    offered = DiscountFactory(code="HOLA", months=1)
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)

    with clock.moved_to(moment), heard(PromotionRedeemed) as said:
        grant = take(account, "hola")

    assert (grant.starts_at, grant.ends_at) == (moment, datetime(2026, 2, 28, 12, tzinfo=UTC))
    assert said == [
        PromotionRedeemed(grant.id, account.id, None, "HOLA", grant.starts_at, grant.ends_at)
    ]
    assert offered.redeemed == 1


def test_its_months_are_those_of_the_market(account):
    DiscountFactory(code="HOLA", months=1)

    with clock.moved_to(datetime(2026, 3, 1, 2, tzinfo=UTC)):  # the evening before in Mexico City
        grant = take(account, "HOLA")

    assert grant.ends_at == datetime(2026, 3, 29, 2, tzinfo=UTC)


@given(
    hours=some.integers(0, 5 * 365 * 24),
    months=some.integers(1, 120),
    zone=some.sampled_from(["America/Mexico_City", "America/Sao_Paulo", "Asia/Kolkata"]),
    billing_day=some.integers(1, 31),
)
def test_as_many_bills_are_reduced_as_months_were_promised(hours, months, zone, billing_day):
    since = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)

    end = ends_after(since, months, timezone=zone, billing_day=billing_day)

    first, behind = (each.astimezone(ZoneInfo(zone)).date() for each in (since, end))
    begin = (
        date(year, month, min(billing_day, monthrange(year, month)[1]))
        for year in range(2023, 2041)
        for month in range(1, 13)
    )
    assert sum(first <= day < behind for day in begin) == months


def test_the_same_command_again_is_the_same_grant(account):
    DiscountFactory(code="HOLA", account_limit=1)

    assert take(account, "HOLA").id == take(account, "HOLA").id
    with clock.moved_to(clock.now() + timedelta(days=1)):
        catalogue.withdraw_discount(db.session.scalars(select(Discount.id)).one(), by=SYSTEM)
        assert take(account, "HOLA").account_id == account.id
    assert redeemed() == 1
    with pytest.raises(Conflict):
        take(AccountFactory(), "HOLA")


def test_an_account_takes_it_as_often_as_it_may(account):
    DiscountFactory(code="HOLA", account_limit=2)
    take(account, "HOLA", "1")
    take(account, "HOLA", "2")

    with pytest.raises(PromotionTaken):
        take(account, "HOLA", "3")

    assert redeemed() == 2


def test_whoever_is_not_eligible_is_told_why(account):
    DiscountFactory(code="HOLA", conditions={"segments": ["student"], "min_lines": 1})

    with pytest.raises(NotEligible) as refused:
        take(account, "HOLA")

    assert str(refused.value.message) == (
        "Only for customers of the segment student. Only from 1 lines on; there are 0."
    )
    assert redeemed() == 0


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"valid_from": clock.now() + timedelta(days=1)}, id="not yet"),
        pytest.param({"valid_until": clock.now() - timedelta(days=1)}, id="no more"),
        pytest.param({"bundle": True}, id="no promotion"),
        pytest.param({"code": "HOLA2"}, id="another code"),
    ],
)
def test_codes_that_are_not_valid(account, more):
    DiscountFactory(**{"code": "HOLA", **more})

    with pytest.raises(DiscountUnknown):
        take(account, "HOLA")


def test_a_line_must_be_of_the_account(account):
    DiscountFactory(code="HOLA")
    other, own = line_with_plan(), line_with_plan(account=account)

    with pytest.raises(NotFound):
        take(account, "HOLA", line_id=other.id, by=staff("manager"))
    assert take(account, "HOLA", line_id=own.id).line_id == own.id


def test_who_may_not_take_it(account):
    DiscountFactory(code="HOLA")
    with pytest.raises(NotFound):
        take(account, "HOLA", by=customer())
    with pytest.raises(Forbidden):
        take(account, "HOLA", by=staff("auditor"))


def test_an_offer_with_conditions_is_for_whoever_fulfils_them(account):
    line = line_with_plan(account=account)
    student = OfferVersionFactory(conditions={"segments": ["student"]})

    with pytest.raises(NotEligible):
        service.change_plan(line.id, student.id, by=staff("agent"), effect_key="x")

    account.customer.segment = "student"
    db.session.commit()
    changed = service.change_plan(line.id, student.id, by=staff("agent"), effect_key="x")
    assert changed.offer_version_id == student.id


def test_of_a_hundred_who_take_it_at_once_as_many_get_it_as_there_are(committing):
    DiscountFactory(code="HOLA", total_limit=7, account_limit=1)
    accounts = [AccountFactory().id for _ in range(20)]
    by = staff("manager")

    def grab(number):
        account_id = accounts[number % 20]
        return service.redeem(account_id, "HOLA", by=by, effect_key=f"k{number}").account_id

    answers = at_once(100, grab)

    refused = [each for each in answers if isinstance(each, Exception)]
    assert all(isinstance(each, PromotionUsedUp | PromotionTaken | Conflict) for each in refused)
    assert (count(DiscountGrant), redeemed()) == (7, 7)


def test_of_a_hundred_commands_of_one_account_one_is_granted(committing):
    DiscountFactory(code="HOLA", account_limit=1)
    account_id, by = AccountFactory().id, staff("manager")

    def grab(number):
        key = f"k{number}" if number % 2 else "the same"
        return service.redeem(account_id, "HOLA", by=by, effect_key=key).id

    answers = at_once(100, grab)

    granted = {each for each in answers if not isinstance(each, Exception)}
    assert len(granted) == 1
    assert (count(DiscountGrant), redeemed()) == (1, 1)
