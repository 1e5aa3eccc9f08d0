"""Markets as tests need them; asking twice for one code gives the same row."""

from decimal import Decimal

import factory

from app.markets.models import Market
from tests.factories.base import Factory


class MarketFactory(Factory):
    class Meta:
        model = Market
        sqlalchemy_get_or_create = ("code",)

    class Params:
        brazil = factory.Trait(
            code="BR",
            name="Brasil",
            currency="BRL",
            timezone="America/Sao_Paulo",
            language="pt",
            locale="pt_BR",
            region="south-america",
            tax_name="ICMS",
            tax_rate=Decimal("0.25"),
        )
        india = factory.Trait(
            code="IN",
            name="India",
            currency="INR",
            timezone="Asia/Kolkata",
            language="en",
            locale="en_IN",
            region="asia",
            tax_name="GST",
            tax_rate=Decimal("0.18"),
            tax_inclusive=False,
        )

    code = "MX"
    name = "México"
    currency = "MXN"
    timezone = "America/Mexico_City"
    language = "es"
    locale = "es_MX"
    region = "north-america"
    tax_name = "IVA"
    tax_rate = Decimal("0.16")
    tax_inclusive = True
    due_days = 10
    policies = factory.LazyFunction(dict)
