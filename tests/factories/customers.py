"""Customers and the accounts they pay from."""

import factory

from app.core import clock
from app.customers.models import Account, Address, Customer, CustomerKind
from tests.factories.base import Factory
from tests.factories.markets import MarketFactory


class CustomerFactory(Factory):
    class Meta:
        model = Customer

    reference = factory.Sequence(lambda n: f"C-{500000 + n:06d}")
    kind = CustomerKind.PERSON
    market = factory.SubFactory(MarketFactory)
    market_code = factory.SelfAttribute("market.code")
    region = factory.SelfAttribute("market.region")
    name = "Valeria Soto"
    email = factory.Sequence("valeria{}@example.com".format)
    phone = factory.Sequence(lambda n: f"+5255{20000000 + n}")
    language = factory.SelfAttribute("market.language")
    segment = "consumer"
    city = "Puebla"
    created_at = factory.LazyFunction(clock.now)


class AccountFactory(Factory):
    class Meta:
        model = Account

    reference = factory.Sequence(lambda n: f"A-{500000 + n:06d}")
    customer = factory.SubFactory(CustomerFactory)
    customer_id = factory.SelfAttribute("customer.id")
    market = factory.SelfAttribute("customer.market")
    market_code = factory.SelfAttribute("customer.market_code")
    currency = factory.SelfAttribute("customer.market.currency")
    billing_day = 1
    created_at = factory.LazyFunction(clock.now)


class AddressFactory(Factory):
    class Meta:
        model = Address

    customer_id = factory.LazyFunction(lambda: CustomerFactory().id)
    channel = "sms"
    value = factory.Sequence(lambda n: f"+5255{20000000 + n}")
    verified_at = factory.LazyFunction(clock.now)
