from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.catalog import queries, service
from app.catalog.errors import DiscountDiffers, DiscountUnknown
from app.catalog.events import DiscountOffered
from app.catalog.models import Discount, DiscountKind
from app.core import clock, db
from app.core.errors import Forbidden, Invalid, NotFound
from tests.billing.committed import at_once, count
from tests.factories.actors import agent, staff
from tests.factories.discounts import TRIPLE
from tests.factories.markets import MarketFactory
from tests.heard import heard


def biller(**more):
    return staff("billing_administrator", **more)


def offer(*, by=None, **more):
    asked = {
        "market_code": "MX",
        "code": "triple",
        "name": "Triple  Play",
        "kind": DiscountKind.BUNDLE,
        "terms": {"tiers": [{"percent": "15"}], "parts": TRIPLE},
    }
    return service.offer_discount(by=by or biller(), **{**asked, **more})


@pytest.fixture
def mexico(database):
    return MarketFactory()


def test_what_is_offered_applies_from_its_moment_on(mexico):
    later = clock.now() + timedelta(days=3)

    with heard(DiscountOffered) as said:
        made = offer(valid_from=later)

    assert said == [DiscountOffered(made.id, "MX", "TRIPLE", later)]
    assert (made.code, made.name) == ("TRIPLE", "Triple Play")
    assert queries.discounts_on_offer("MX", clock.now()) == []
    assert [rule.code for rule in queries.discounts_on_offer("MX", later)] == ["TRIPLE"]
    assert db.session.scalars(select(AuditEntry)).one().action == "discount.offered"


def test_other_terms_under_a_code_take_over_from_the_old(mexico):
    first, later = offer(), clock.now() + timedelta(days=3)

    offer(terms={"tiers": [{"percent": "20"}], "parts": TRIPLE}, valid_from=later)

    assert first.valid_until == later
    [rule] = queries.discounts_on_offer("MX", later)
    assert str(rule.terms.tiers[0].percent) == "20"


def test_a_code_stays_of_its_kind(mexico):
    offer()
    with pytest.raises(DiscountDiffers):
        offer(kind=DiscountKind.PROMOTION, terms={"tiers": [{"percent": "15"}]})


def test_what_is_withdrawn_applies_no_more(mexico):
    made = offer()

    service.withdraw_discount(made.id, by=biller())
    service.withdraw_discount(made.id, by=biller())

    assert queries.discounts_on_offer("MX", clock.now()) == []
    assert count(AuditEntry, AuditEntry.action == "discount.withdrawn") == 1


def test_what_was_withdrawn_before_it_began_is_no_hindrance(mexico):
    planned = offer(valid_from=clock.now() + timedelta(days=9))
    service.withdraw_discount(planned.id, by=biller())

    offer()

    assert [rule.code for rule in queries.discounts_on_offer("MX", clock.now())] == ["TRIPLE"]


def test_a_promotion_is_found_however_its_code_is_typed(mexico):
    terms = {"tiers": [{"percent": "15"}]}
    made = offer(code="Hola-26", kind=DiscountKind.PROMOTION, terms=terms)

    assert queries.promotion("MX", " hola-26 ", clock.now()).id == made.id
    for other in ("HOLA", "triple", "a\0b", ""):
        with pytest.raises(DiscountUnknown):
            queries.promotion("MX", other, clock.now())


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "a b"}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"name": " "}, "name"),
        ({"name": "a\0"}, "name"),
        ({"months": 0}, "months"),
        ({"total_limit": 0}, "total_limit"),
        ({"account_limit": -1}, "account_limit"),
        ({"priority": -1}, "priority"),
        ({"conditions": {"status": ["x"]}}, "status"),
        ({"terms": {"tiers": [{"percent": "101"}], "parts": TRIPLE}}, "tiers"),
        ({"valid_from": clock.now() - timedelta(days=1)}, "valid_from"),
        ({"valid_until": clock.now() - timedelta(days=1)}, "valid_until"),
    ],
)
def test_what_cannot_be_offered(mexico, more, field):
    with pytest.raises(Invalid) as refused:
        offer(**more)

    assert refused.value.details == {"field": field}
    assert count(Discount) == 0


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        pytest.param(agent(), Forbidden, id="an agent"),
        pytest.param(biller(markets=["BR"]), NotFound, id="of another market"),
    ],
)
def test_who_may_not_offer(mexico, by, refusal):
    made = offer()
    with pytest.raises(refusal):
        offer(by=by, code="other")
    with pytest.raises(refusal):
        service.withdraw_discount(made.id, by=by)


def test_offered_twice_at_once_one_follows_the_other(committing):
    MarketFactory()

    made = at_once(6, lambda _: offer())

    rows = db.session.scalars(select(Discount).order_by(Discount.valid_from)).all()
    assert len(rows) == sum(isinstance(each, Discount) for each in made) >= 1
    for earlier, following in pairwise(rows):
        assert earlier.valid_until == following.valid_from
    assert rows[-1].valid_until is None
