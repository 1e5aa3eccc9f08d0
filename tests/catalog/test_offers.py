from datetime import UTC, datetime, timedelta

import pytest

from app.catalog import queries, service
from app.catalog.errors import OfferDiffers, OfferNotAvailable
from app.catalog.events import OfferPublished, OfferWithdrawn
from app.catalog.models import Mode, OfferKind, Service, UsageKind
from app.catalog.offer_terms import OfferTerms
from app.core import clock
from app.core.errors import Forbidden, Invalid
from app.core.money import Money
from tests.factories.actors import administrator, agent
from tests.factories.catalog import GIB, OfferVersionFactory
from tests.factories.markets import MarketFactory
from tests.heard import heard

MAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def mexico(database):
    return MarketFactory()


def terms(code="plus-20gb", cost="299", **more):
    given = {
        "market_code": "MX",
        "code": code,
        "name": "Plus 20GB",
        "kind": OfferKind.PLAN,
        "service": Service.MOBILE,
        "mode": Mode.POSTPAID,
        "price": Money.of(cost, "MXN"),
        "allowances": {UsageKind.DATA: 20 * GIB, UsageKind.VOICE: None, UsageKind.SMS: 100},
        "rates": {"data": {"per": 1024**2, "price": "0.05"}},
        "valid_from": MAY,
    }
    return OfferTerms(**{**given, **more})


def publish(*args, by=None, **more):
    return service.publish(terms(*args, **more), by=by or administrator())


def test_a_new_price_is_a_new_version_and_the_old_one_stays_as_it_was():
    with heard(OfferPublished) as said:
        first = publish()
        second = publish(cost="349", valid_from=MAY + timedelta(days=30))

    before = queries.current_version("MX", "plus-20gb", Mode.POSTPAID, MAY + timedelta(days=29))
    after = queries.current_version("MX", "plus-20gb", Mode.POSTPAID, MAY + timedelta(days=30))
    assert first is second
    assert (before.number, before.price_money) == (1, Money.of("299", "MXN"))
    assert (after.number, after.price_money) == (2, Money.of("349", "MXN"))
    assert [each.offer_version_id for each in said] == [before.id, after.id]


def test_an_allowance_for_abroad_says_so_and_where_it_is_good():
    abroad = {"buckets": {"data": {"networks": ["208", "26"]}}}
    publish("trip", kind=OfferKind.ADD_ON, allowances={UsageKind.DATA: 2 * GIB}, rates=abroad)
    publish()

    trip, plan = (
        queries.current_version("MX", code, Mode.POSTPAID, MAY) for code in ("trip", "plus-20gb")
    )
    assert queries.allowances_text(trip, "en", "en") == "2 GB abroad"
    assert queries.is_for_abroad(trip, UsageKind.DATA)
    assert queries.is_good_in(trip, ["424", "262"])
    assert not queries.is_good_in(trip, ["310"])
    assert not queries.is_good_in(plan, ["208"])


def test_offers_come_cheapest_first_and_only_those_asked_for():
    publish("max", "499")
    publish("starter", "149")
    publish("fibra-300", "399", service=Service.FIBRE)
    publish("starter", "99", mode=Mode.PREPAID, validity_days=30)

    found = queries.offers("MX", service=Service.MOBILE, mode=Mode.POSTPAID, kind=OfferKind.PLAN)

    assert [each.offer.code for each in found] == ["starter", "max"]
    assert len(queries.offers("MX")) == 4
    assert queries.offers("BR") == []


def test_a_withdrawn_offer_is_not_sold_until_it_is_published_again():
    offer = publish()

    with heard(OfferWithdrawn) as said:
        service.withdraw(offer.id, by=administrator())
        service.withdraw(offer.id, by=administrator())

    assert len(said) == 1
    with pytest.raises(OfferNotAvailable):
        queries.current_version("MX", "plus-20gb", "postpaid")
    publish(valid_from=clock.now())
    assert queries.current_version("MX", "plus-20gb", "postpaid").number == 2


def test_a_draft_becomes_the_next_version_and_is_shared_as_the_one_before():
    offer = publish(shared_with=4)
    draft = service.save_draft(terms(cost="349", valid_from=None), by=administrator())

    assert service.publish_draft(draft.id, by=administrator()) is offer

    first, second = offer.versions
    assert (second.price_money, second.shared_with) == (Money.of("349", "MXN"), 4)
    assert (second.rates, second.valid_from) == (first.rates, first.valid_until)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"price": Money.of(299, "BRL")}, Invalid),
        ({"price": Money.of(-1, "MXN")}, Invalid),
        ({"mode": Mode.PREPAID}, Invalid),
        ({"rates": {"fax": {"per": 1, "price": "1"}}}, Invalid),
        ({"rates": {"data": {"per": 0, "price": "1"}}}, Invalid),
        ({"rates": {"data": {"per": 1, "price": "cheap"}}}, Invalid),
        ({"valid_from": MAY}, Invalid),
        ({"service": Service.TV, "valid_from": MAY + timedelta(days=1)}, OfferDiffers),
        ({"by": agent()}, Forbidden),
    ],
)
def test_what_cannot_be_published(wrong, refusal):
    publish()

    with pytest.raises(refusal):
        publish(**wrong)


def test_allowances_are_said_in_the_language_of_the_reader():
    version = OfferVersionFactory()

    assert queries.allowances_text(version, "en", "en_US") == "20 GB · unlimited calls · 100 SMS"
