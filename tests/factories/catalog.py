"""Offers and their versions."""

from datetime import UTC, datetime
from decimal import Decimal

import factory

from app.catalog.models import (
    Allowance,
    Mode,
    Offer,
    OfferDraft,
    OfferKind,
    OfferVersion,
    Service,
    UsageKind,
)
from app.core import clock
from tests.factories.base import Factory
from tests.factories.markets import MarketFactory

GIB = 1024**3


class OfferFactory(Factory):
    class Meta:
        model = Offer

    market_code = factory.LazyFunction(lambda: MarketFactory().code)
    code = factory.Sequence("plus-20gb-{}".format)
    name = "Plus 20GB"
    kind = OfferKind.PLAN
    service = Service.MOBILE
    mode = Mode.POSTPAID


class OfferVersionFactory(Factory):
    """`includes` are the allowances: {UsageKind: quantity or None for unlimited}."""

    class Meta:
        model = OfferVersion
        exclude = ("includes",)

    class Params:
        prepaid = factory.Trait(
            offer=factory.SubFactory(OfferFactory, mode=Mode.PREPAID), validity_days=30
        )
        add_on = factory.Trait(
            offer=factory.SubFactory(OfferFactory, kind=OfferKind.ADD_ON), validity_days=7
        )
        includes = factory.LazyFunction(
            lambda: {UsageKind.DATA: 20 * GIB, UsageKind.VOICE: None, UsageKind.SMS: 100}
        )

    offer = factory.SubFactory(OfferFactory)
    number = 1
    price = Decimal("299.00")
    currency = "MXN"
    valid_from = datetime(2024, 1, 1, tzinfo=UTC)
    rates = factory.LazyFunction(
        lambda: {
            "data": {"per": 1024**2, "price": "0.05"},
            "voice": {"per": 60, "price": "0.60", "minimum": 60, "increment": 1},
            "sms": {"per": 1, "price": "0.85"},
        }
    )
    allowances = factory.LazyAttribute(
        lambda made: [Allowance(kind=kind, quantity=n) for kind, n in made.includes.items()]
    )


class OfferDraftFactory(Factory):
    class Meta:
        model = OfferDraft

    market_code = factory.LazyFunction(lambda: MarketFactory().code)
    code = factory.Sequence("draft-{}".format)
    name = "Plus 30GB"
    kind = OfferKind.PLAN
    service = Service.MOBILE
    mode = Mode.POSTPAID
    price = Decimal("349.00")
    currency = "MXN"
    allowances = factory.LazyFunction(lambda: {"data": 30 * GIB})
    rates = factory.LazyFunction(dict)
    conditions = factory.LazyFunction(dict)
    saved_at = factory.LazyFunction(clock.now)
    saved_by = "Bill Okafor"
