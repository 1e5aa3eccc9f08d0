"""The catalogue as its keepers see it: all of their markets, with drafts and the withdrawn."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from app.catalog.errors import OfferNotAvailable
from app.catalog.models import (
    Discount,
    Mode,
    Offer,
    OfferDraft,
    OfferKind,
    OfferVersion,
    Service,
)
from app.core import db
from app.core.actor import Actor
from app.core.reach import in_markets_of

MOST = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; None is everything."""

    market_code: str | None = None
    service: Service | None = None
    mode: Mode | None = None
    kind: OfferKind | None = None
    text: str = ""


def offers_of(actor: Actor, wanted: Wanted) -> list[Offer]:
    """With all their versions and allowances, in three statements."""
    query = (
        select(Offer)
        .options(selectinload(Offer.versions).selectinload(OfferVersion.allowances))
        .where(*_conditions(Offer, actor, wanted))
        .order_by(Offer.market_code, Offer.service, Offer.mode, Offer.name, Offer.id)
        .limit(MOST)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def drafts_of(actor: Actor, wanted: Wanted) -> list[OfferDraft]:
    query = select(OfferDraft).where(*_conditions(OfferDraft, actor, wanted))
    return list(db.session.scalars(query.order_by(OfferDraft.saved_at.desc()).limit(MOST)))


def offer_for(actor: Actor, offer_id: UUID) -> Offer:
    """Raises OfferNotAvailable, also for another's market; Forbidden."""
    offer = db.session.get(Offer, offer_id)
    if offer is None or not actor.sees_market(offer.market_code):
        raise OfferNotAvailable
    actor.must("catalog.manage")
    return offer


def draft_of(offer: Offer) -> OfferDraft | None:
    key = {"market_code": offer.market_code, "code": offer.code, "mode": offer.mode}
    return db.session.scalar(select(OfferDraft).filter_by(**key))


def offer_of(draft: OfferDraft) -> Offer | None:
    """What the draft would be a version of; None when it would be the first."""
    key = {"market_code": draft.market_code, "code": draft.code, "mode": draft.mode}
    return db.session.scalar(select(Offer).filter_by(**key))


def discounts_of(actor: Actor, market_code: str | None) -> list[Discount]:
    """Newest first."""
    query = select(Discount).order_by(Discount.valid_from.desc(), Discount.id.desc()).limit(MOST)
    if market_code is not None:
        query = query.where(Discount.market_code == market_code)
    query = query.where(in_markets_of(actor, Discount.market_code))
    return list(db.session.scalars(query))


def _conditions(model: Any, actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = {
        "market_code": wanted.market_code,
        "service": wanted.service,
        "mode": wanted.mode,
        "kind": wanted.kind,
    }
    found = [getattr(model, name) == value for name, value in asked.items() if value is not None]
    found.append(in_markets_of(actor, model.market_code))
    if wanted.text:
        said = (model.name, model.code)
        found.append(or_(*(each.icontains(wanted.text, autoescape=True) for each in said)))
    return found
