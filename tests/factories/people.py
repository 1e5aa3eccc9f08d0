"""Rows that most tests stand on: a market, staff, a customer."""

import factory

from app.core import clock
from app.customers.models import Customer, CustomerKind
from app.identity.models import Staff
from app.markets.models import Market
from app.markets.service import DEFAULT_POLICIES
from tests.factories.base import Factory


class MarketFactory(Factory):
    class Meta:
        model = Market
        sqlalchemy_get_or_create = ("code",)

    code = "MX"
    name = "México"
    currency = "MXN"
    timezone = "America/Mexico_City"
    language = "es"
    locale = "es_MX"
    region = "LATAM"
    tax_name = "IVA"
    tax_rate = "0.16"
    tax_inclusive = True
    due_days = 10
    policies = factory.LazyFunction(lambda: dict(DEFAULT_POLICIES))


class StaffFactory(Factory):
    class Meta:
        model = Staff

    class Params:
        supervisor = factory.Trait(roles=["supervisor"])
        manager = factory.Trait(roles=["manager"])

    email = factory.Sequence("agent{}@aurora.example".format)
    name = factory.Iterator(["Ana Ruiz", "Beto Lima", "Carla Nunes"])
    language = "es"
    speaks = ["es", "en"]
    roles = ["agent"]
    markets = ["MX"]
    password_hash = "not used here"
    totp_secret = "JBSWY3DPEHPK3PXP"
    created_at = factory.LazyFunction(clock.now)


class CustomerFactory(Factory):
    class Meta:
        model = Customer

    class Params:
        market = factory.SubFactory(MarketFactory)

    reference = factory.Sequence("C-9{:05d}".format)
    kind = CustomerKind.PERSON
    market_code = factory.SelfAttribute("market.code")
    region = "LATAM"
    name = "Valeria Soto"
    email = factory.Sequence("valeria{}@example.com".format)
    phone = factory.Sequence("+52551234{:04d}".format)
    language = "es"
    segment = "consumer"
    city = "Ciudad de México"
    created_at = factory.LazyFunction(clock.now)
