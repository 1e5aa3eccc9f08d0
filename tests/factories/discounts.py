"""Discounts as if a billing administrator had offered them, and promotions that were taken."""

from datetime import UTC, datetime

import factory

from app.catalog.models import Discount, DiscountKind
from app.core import clock
from app.core.ids import new_id
from app.subscriptions.models import DiscountGrant
from tests.factories.base import Factory
from tests.factories.markets import MarketFactory

TRIPLE = [{"service": "mobile"}, {"service": "fibre"}, {"service": "tv"}]


class DiscountFactory(Factory):
    """A promotion of 10 % for good: `DiscountFactory(off={"percent": "20"}, months=3)`."""

    class Meta:
        model = Discount

    class Params:
        off = factory.LazyFunction(lambda: {"percent": "10"})
        bundle = factory.Trait(
            kind=DiscountKind.BUNDLE,
            terms=factory.LazyAttribute(
                lambda made: {"tiers": [{"since": "0", **made.off}], "parts": TRIPLE}
            ),
        )

    market_code = factory.LazyFunction(lambda: MarketFactory().code)
    code = factory.Sequence("WELCOME{}".format)
    name = "Welcome"
    kind = DiscountKind.PROMOTION
    terms = factory.LazyAttribute(lambda made: {"tiers": [{"since": "0", **made.off}]})
    conditions = factory.LazyFunction(dict)
    stackable = True
    priority = 100
    valid_from = datetime(2024, 1, 1, tzinfo=UTC)
    made_at = datetime(2024, 1, 1, tzinfo=UTC)


class GrantFactory(Factory):
    class Meta:
        model = DiscountGrant

    discount = factory.SubFactory(DiscountFactory)
    starts_at = factory.LazyFunction(clock.now)
    granted_by = "Ana Ruiz"
    effect_key = factory.LazyFunction(lambda: str(new_id()))
