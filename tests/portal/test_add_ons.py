from decimal import Decimal
from html import unescape

import pytest

from app.catalog.models import OfferKind
from app.core import events
from app.subscriptions.events import AddOnAdded
from app.subscriptions.models import DiscountGrant, Subscription
from app.usage import listeners
from app.usage.models import Balance
from tests.billing.committed import count, only
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory


@pytest.fixture
def line(database):
    return line_with_plan(OfferVersionFactory(prepaid=True), account=AccountFactory())


@pytest.fixture
def her(line, signed_in):
    return signed_in(line.customer)


@pytest.fixture(autouse=True)
def usage_listens():
    before = events._tables
    events._tables = events.Tables(in_transaction={AddOnAdded: [listeners.add_on_added]})
    yield
    events._tables = before


def extra():
    offer = OfferFactory(kind="add_on", mode="prepaid", name="Extra 2GB")
    return OfferVersionFactory(offer=offer, validity_days=7, price=Decimal(49))


def add_ons():
    return count(Subscription, Subscription.kind == OfferKind.ADD_ON)


def test_she_adds_an_add_on_after_seeing_its_price_and_how_long_it_lasts(her, line):
    BalanceFactory(line=line, amount=Decimal(100))
    version = extra()
    path = f"/my/lines/{line.id}/add-ons/{version.id}"

    assert "Extra 2GB" in her.see(f"/my/lines/{line.id}/add-ons").text
    asked = unescape(her.see(path).text)
    assert [said in asked for said in ("MX$49.00", "7 days", "MX$100.00", "Add it now")] == [
        True
    ] * 4
    assert add_ons() == 0

    assert [her.send(path, key="k").status_code for _ in range(2)] == [303, 303]
    assert (add_ons(), only(Balance).amount) == (1, 51)


def test_with_too_little_credit_she_is_sent_to_top_up(her, line):
    BalanceFactory(line=line, amount=Decimal(10))
    version = extra()
    path = f"/my/lines/{line.id}/add-ons/{version.id}"

    assert "Top up first" in her.see(path).text
    assert her.send(path, key="k").status_code == 402
    assert (add_ons(), only(Balance).amount) == (0, 10)


def test_lines_of_others_are_not_found(her):
    other, version = line_with_plan(OfferVersionFactory(prepaid=True)), extra()

    assert her.see(f"/my/lines/{other.id}/add-ons").status_code == 404
    assert her.see(f"/my/lines/{other.id}/add-ons/{version.id}").status_code == 404
    assert her.send(f"/my/lines/{other.id}/add-ons/{version.id}", key="k").status_code == 404


def test_she_uses_a_promotion_code_and_is_told_when_there_is_none(her, line):
    DiscountFactory(code="HOLA", name="Welcome")

    wrong = her.send("/my/promotions", code="NOPE", key="1")
    right = her.send("/my/promotions", code=" hola", key="2")

    assert wrong.status_code == 404
    assert only(DiscountGrant).account_id == line.account_id
    assert "Welcome applies from your next bill or renewal on." in unescape(
        her.see(right.location).text
    )


def test_she_is_not_shown_what_she_may_not_have(her, line):
    student = {"conditions": {"segments": ["student"]}}
    OfferVersionFactory(prepaid=True, offer__name="Student plan", **student)
    add_on = OfferFactory(kind="add_on", mode="prepaid", name="Student extra")
    OfferVersionFactory(offer=add_on, validity_days=7, **student)

    pages = her.see("/my/plans").text + her.see(f"/my/lines/{line.id}/add-ons").text

    assert "Student" not in pages
