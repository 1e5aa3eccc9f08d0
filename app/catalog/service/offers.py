"""Publishing offers and withdrawing them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.catalog import eligibility
from app.catalog import rates as unit_rates
from app.catalog.errors import OfferDiffers, OfferNotAvailable
from app.catalog.events import OfferPublished, OfferWithdrawn
from app.catalog.models import (
    Allowance,
    Mode,
    Offer,
    OfferKind,
    OfferVersion,
    Service,
    UsageKind,
)
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.money import Money
from app.markets.queries import market


def publish(
    *,
    by: Actor,
    market_code: str,
    code: str,
    name: str,
    kind: OfferKind,
    service: Service,
    mode: Mode,
    price: Money,
    allowances: Mapping[UsageKind, int | None],
    rates: Mapping[Any, Any],
    validity_days: int | None = None,
    valid_from: datetime | None = None,
    conditions: Mapping[str, Any] | None = None,
    shared_with: int = 0,
) -> Offer:
    """Put an offer on sale; a code already known gets a new version from `valid_from` on.

    `price` is in the market's currency, per month (postpaid) or per `validity_days` (prepaid).
    Allowances are in bytes, seconds and messages, None is unlimited; `conditions` say who may have
    it (`eligibility.Conditions`). Raises OfferDiffers, Invalid.
    """
    with db.transaction():
        by.must("catalog.manage")
        check(by, market_code, mode, price, validity_days)
        moment = valid_from or clock.now()
        offer = _offer(market_code, code, mode, name=name, kind=kind, service=service)
        version = OfferVersion(
            id=new_id(),
            offer=offer,
            number=_succeed_last(offer, moment),
            price=price.amount,
            currency=price.currency,
            validity_days=validity_days,
            valid_from=moment,
            shared_with=shared_with,
            rates=unit_rates.checked(rates),
            conditions=eligibility.stored(eligibility.conditions_of(conditions or {})),
            allowances=[Allowance(kind=each, quantity=n) for each, n in allowances.items()],
        )
        db.session.add(version)
        audit.record(by, "offer.published", "offer", offer.id, number=version.number, price=price)
        events.announce(OfferPublished(offer.id, version.id, market_code, moment))
    return offer


def withdraw(offer_id: UUID, *, by: Actor) -> Offer:
    """Sell it no more. Who has it keeps it; withdrawing twice changes nothing."""
    with db.transaction():
        by.must("catalog.manage")
        offer = db.session.scalar(
            select(Offer)
            .where(Offer.id == offer_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if offer is None or not by.sees_market(offer.market_code):
            raise OfferNotAvailable
        if offer.withdrawn_at is None:
            offer.withdrawn_at = clock.now()
            audit.record(by, "offer.withdrawn", "offer", offer.id)
            events.announce(OfferWithdrawn(offer.id, offer.market_code, offer.withdrawn_at))
    return offer


def check(by: Actor, market_code: str, mode: Mode, price: Money, validity_days: int | None) -> None:
    """Raises NotFound for another's market, Invalid for a price or validity that cannot be."""
    home = market(market_code)
    if not by.sees_market(market_code):
        raise NotFound(market=market_code)
    if price.currency != home.currency or price.amount < 0 or price.rounded() != price:
        raise Invalid(field="price")
    if (validity_days or 0) < (1 if mode is Mode.PREPAID else 0):
        raise Invalid(field="validity_days")


def _offer(
    market_code: str, code: str, mode: Mode, *, name: str, kind: OfferKind, service: Service
) -> Offer:
    """The locked row of this code, made when there is none: two publishers meet here."""
    key = {"market_code": market_code, "code": code, "mode": mode}
    new = insert(Offer).values(**key, id=new_id(), name=name, kind=kind, service=service)
    db.session.execute(new.on_conflict_do_nothing())
    query = select(Offer).filter_by(**key).with_for_update()
    offer = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if (offer.kind, offer.service) != (kind, service):
        raise OfferDiffers(offer=code)
    offer.name, offer.withdrawn_at = name, None
    return offer


def _succeed_last(offer: Offer, moment: datetime) -> int:
    """End the offer's last version where the new one begins; the number of the new one."""
    if not offer.versions:
        return 1
    last = offer.versions[-1]
    if moment <= last.valid_from:
        raise Invalid(field="valid_from")
    last.valid_until = moment
    return last.number + 1
