"""What is on sale in a market."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.api.v1 import bp
from app.api.v1.asking import Asking, Shown, client_with, reads
from app.api.v1.words import Amount, amount
from app.catalog import queries
from app.catalog.models import Mode, OfferKind, OfferVersion, Service, UsageKind
from app.core import clock
from app.core.errors import NotFound
from app.markets.queries import market
from app.web.login import current_actor


class PlansAsked(Asking):
    market: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    service: Service | None = None
    mode: Mode | None = None
    kind: OfferKind = OfferKind.PLAN


class Included(Shown):
    """In bytes, seconds or messages; null is unlimited."""

    kind: UsageKind
    quantity: int | None


class Plan(Shown):
    """`price` is per month, or per `validity_days`; tax as the market says."""

    offer: str
    name: str
    kind: OfferKind
    service: Service
    mode: Mode
    price: Amount
    validity_days: int | None
    includes: list[Included]


class Plans(Shown):
    market: str
    tax_inclusive: Annotated[bool, Field(description="Whether prices hold the tax.")]
    plans: list[Plan]


@bp.get("/plans")
@client_with("catalog.read")
@reads(Plans, query=PlansAsked)
def plans(asked: PlansAsked) -> Plans:
    """Plans on sale now, the cheapest first; with kind=add_on, add-ons."""
    if not current_actor().sees_market(asked.market):
        raise NotFound(market=asked.market)
    home = market(asked.market)
    found = queries.offers(home.code, service=asked.service, mode=asked.mode, kind=asked.kind)
    return Plans(
        market=home.code,
        tax_inclusive=home.policies_at(clock.now()).tax_inclusive,
        plans=[_plan(each) for each in found],
    )


def _plan(version: OfferVersion) -> Plan:
    offer = version.offer
    return Plan(
        offer=offer.code,
        name=offer.name,
        kind=offer.kind,
        service=offer.service,
        mode=offer.mode,
        price=amount(version.price_money),
        validity_days=version.validity_days,
        includes=[Included(kind=each.kind, quantity=each.quantity) for each in version.allowances],
    )
