"""Publishing offers and withdrawing them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.catalog.errors import OfferDiffers, OfferNotAvailable
from app.catalog.events import OfferPublished, OfferWithdrawn
from app.catalog.models import Allowance, Mode, Offer, OfferVersion
from app.catalog.offer_terms import OfferTerms
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.markets.queries import market


def publish(terms: OfferTerms, *, by: Actor) -> Offer:
    """Put an offer on sale; a code already known gets a new version from `valid_from` on.

    Raises OfferDiffers, Invalid.
    """
    with db.transaction():
        by.must("catalog.manage")
        check(terms, by=by)
        moment = terms.valid_from or clock.now()
        offer = _offer(terms)
        version = OfferVersion(
            id=new_id(),
            offer=offer,
            number=_succeed_last(offer, moment),
            valid_from=moment,
            shared_with=terms.shared_with,
            allowances=[Allowance(kind=each, quantity=n) for each, n in terms.allowances.items()],
            **terms.stored(),
        )
        db.session.add(version)
        audit.record(
            by, "offer.published", "offer", offer.id, number=version.number, price=terms.price
        )
        events.announce(OfferPublished(offer.id, version.id, terms.market_code, moment))
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


def check(terms: OfferTerms, *, by: Actor) -> None:
    """Raises NotFound for another's market, Invalid for a price or validity that cannot be."""
    home, price = market(terms.market_code), terms.price
    if not by.sees_market(terms.market_code):
        raise NotFound(market=terms.market_code)
    if price.currency != home.currency or price.amount < 0 or price.rounded() != price:
        raise Invalid(field="price")
    if (terms.validity_days or 0) < (1 if terms.mode is Mode.PREPAID else 0):
        raise Invalid(field="validity_days")


def check_same(offer: Offer, terms: OfferTerms) -> None:
    """Raises OfferDiffers where a code that is known would become another kind of thing."""
    if (offer.kind, offer.service) != (terms.kind, terms.service):
        raise OfferDiffers(offer=terms.code)


def _offer(terms: OfferTerms) -> Offer:
    """The locked row of this code, made when there is none: two publishers meet here."""
    new = insert(Offer).values(
        **terms.key, id=new_id(), name=terms.name, kind=terms.kind, service=terms.service
    )
    db.session.execute(new.on_conflict_do_nothing())
    query = select(Offer).filter_by(**terms.key).with_for_update()
    offer = db.session.scalars(query.execution_options(populate_existing=True)).one()
    check_same(offer, terms)
    offer.name, offer.withdrawn_at = terms.name, None
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
