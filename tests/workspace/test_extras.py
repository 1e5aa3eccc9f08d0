from decimal import Decimal

import pytest

from app.catalog.models import OfferKind
from app.core import db
from app.core.ids import new_id
from app.subscriptions.models import DiscountGrant, Subscription
from app.usage.models import Balance
from tests.billing.committed import count, only
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory


@pytest.fixture
def line(app):
    return line_with_plan(OfferVersionFactory(prepaid=True), account=AccountFactory())


def extra(**more):
    offer = OfferFactory(kind="add_on", mode="prepaid", name="Extra 2GB")
    return OfferVersionFactory(offer=offer, validity_days=7, price=Decimal(49), **more)


def add_ons():
    return count(Subscription, Subscription.kind == OfferKind.ADD_ON)


def test_an_add_on_is_told_confirmed_and_paid_from_the_balance_once(desk, line):
    BalanceFactory(line=line, amount=Decimal(100))
    version, key = extra(), str(new_id())
    path = f"/desk/lines/{line.id}/add-ons"

    listed = desk.get(path).text
    asked = desk.get(f"{path}/confirm?offer_version_id={version.id}").text
    form = {"offer_version_id": str(version.id), "key": key}
    answers = [desk.post(path, data=form).status_code for _ in range(2)]

    assert "Extra 2GB" in listed
    assert [said in asked for said in ("MX$49.00", "7 days", "MX$100.00")] == [True] * 3
    assert answers == [204, 204]
    assert (add_ons(), only(Balance).amount) == (1, 51)


def test_what_the_balance_does_not_cover_is_not_added(desk, line):
    BalanceFactory(line=line, amount=Decimal(10))
    form = {"offer_version_id": str(extra().id), "key": "k"}

    answer = desk.post(f"/desk/lines/{line.id}/add-ons", data=form)

    assert (answer.status_code, answer.headers["X-Refusal"]) == (402, "insufficient_balance")
    assert (add_ons(), only(Balance).amount) == (0, 10)


def test_what_is_no_add_on_of_this_line_is_refused(desk, line):
    plan, student = OfferVersionFactory(prepaid=True), extra(conditions={"segments": ["student"]})

    for version, code in ((plan, "offer_not_available"), (student, "not_eligible")):
        asked = desk.get(f"/desk/lines/{line.id}/add-ons/confirm?offer_version_id={version.id}")
        form = {"offer_version_id": str(version.id), "key": "k"}
        taken = desk.post(f"/desk/lines/{line.id}/add-ons", data=form)
        assert [each.headers["X-Refusal"] for each in (asked, taken)] == [code, code]
    assert add_ons() == 0


@pytest.mark.parametrize("key", ["", "x" * 81, "ñ", "a\0"])
def test_a_key_that_is_none_adds_nothing(desk, line, key):
    form = {"offer_version_id": str(extra().id), "key": key}

    assert desk.post(f"/desk/lines/{line.id}/add-ons", data=form).status_code == 400
    assert add_ons() == 0


def test_an_agent_takes_a_promotion_for_a_customer(desk, line):
    DiscountFactory(code="HOLA", account_limit=1)
    path = f"/desk/customers/{line.customer_id}/promotion"
    form = {"account_id": str(line.account_id), "code": "hola", "key": "1"}

    assert "Promotion code" in desk.get(path).text
    assert desk.post(path, data=form).status_code == 204
    again = desk.post(path, data={**form, "key": "2"})
    other = desk.post(path, data={**form, "account_id": str(AccountFactory().id), "key": "3"})

    assert (again.headers["X-Refusal"], other.status_code) == ("promotion_taken", 400)
    assert db.session.query(DiscountGrant).one().account_id == line.account_id


def test_an_agent_is_told_why_a_plan_is_not_for_this_customer(desk, line):
    student = OfferVersionFactory(
        prepaid=True, offer__name="Student plan", conditions={"segments": ["student"]}
    )

    dialog = desk.get(f"/desk/lines/{line.id}/plan").text

    assert "Only for customers of the segment student." in dialog
    assert f'value="{student.id}" required disabled' in dialog
