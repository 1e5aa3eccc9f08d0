"""What the demo operator sells besides plans: add-ons for home and abroad, a bundle, a promotion to
try a code with."""

from collections.abc import Mapping
from typing import Any

from app.catalog import service as catalog
from app.catalog.models import DiscountKind, Mode, OfferKind, Service, UsageKind
from app.catalog.offer_terms import OfferTerms
from app.core.actor import SYSTEM
from app.core.money import Money

GB = 1024**3
# For a week: how many GB, and the price in each market.
ADD_ONS = (
    ("extra-2gb", "Extra 2GB", 2, {"MX": "49", "BR": "9.90", "IN": "59"}),
    ("extra-10gb", "Extra 10GB", 10, {"MX": "129", "BR": "24.90", "IN": "149"}),
)
# For abroad: how many GB and days, and the price in each market.
ROAMING_PACKS = (
    ("roaming-2gb", "Roaming 2GB", 2, 7, {"MX": "249", "BR": "69.90", "IN": "649"}),
    ("roaming-5gb", "Roaming 5GB", 5, 15, {"MX": "449", "BR": "129.90", "IN": "1299"}),
)
# Each continent begins with a digit of its own.
WORLD_NETWORKS = "234567"
HOME_DUO = {"MX": "Dúo Hogar", "BR": "Dupla Casa", "IN": "Home Duo"}
WELCOME = {"MX": "BIENVENIDA", "BR": "BOASVINDAS", "IN": "WELCOME"}


def sell_extras(market: str, currency: str) -> None:
    for code, name, gigabytes, prices in ADD_ONS:
        _sell(market, code, name, gigabytes, 7, Money.of(prices[market], currency), {})
    abroad = {"buckets": {"data": {"networks": list(WORLD_NETWORKS)}}}
    for code, name, gigabytes, days, prices in ROAMING_PACKS:
        _sell(market, code, name, gigabytes, days, Money.of(prices[market], currency), abroad)
    catalog.offer_discount(
        by=SYSTEM,
        market_code=market,
        code=WELCOME[market],
        name=WELCOME[market].capitalize(),
        kind=DiscountKind.PROMOTION,
        terms={"tiers": [{"since": "0", "percent": "20"}]},
        months=3,
        account_limit=1,
    )
    catalog.offer_discount(
        by=SYSTEM,
        market_code=market,
        code="home-duo",
        name=HOME_DUO[market],
        kind=DiscountKind.BUNDLE,
        terms={
            "tiers": [{"since": "0", "percent": "15"}],
            "parts": [{"service": "fibre"}, {"service": "tv"}],
            "services": ["fibre", "tv"],
        },
    )


def _sell(
    market: str,
    code: str,
    name: str,
    gigabytes: int,
    days: int,
    price: Money,
    rates: Mapping[str, Any],
) -> None:
    for mode in Mode:
        catalog.publish(
            OfferTerms(
                market_code=market,
                code=code,
                name=name,
                kind=OfferKind.ADD_ON,
                service=Service.MOBILE,
                mode=mode,
                price=price,
                allowances={UsageKind.DATA: gigabytes * GB},
                rates=rates,
                validity_days=days,
            ),
            by=SYSTEM,
        )
