"""Preparing a version of an offer without selling it yet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.catalog import eligibility
from app.catalog import rates as unit_rates
from app.catalog.errors import OfferDiffers
from app.catalog.models import Mode, Offer, OfferDraft, OfferKind, Service, UsageKind
from app.catalog.service.naming import LONGEST_NAME, checked_name
from app.catalog.service.offers import check, publish
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.money import Money

LONGEST_VALIDITY = 3660  # days
MOST_UNITS = 10**15


def save_draft(
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
) -> OfferDraft:
    """Keep it for later, in place of an earlier draft of the same offer; arguments as `publish`.

    Without `valid_from` it is sold from the moment it is published.
    """
    with db.transaction():
        by.must("catalog.manage")
        check(by, market_code, mode, price, validity_days)
        key = {"market_code": market_code, "code": _code(code), "mode": mode}
        offer = db.session.scalar(select(Offer).filter_by(**key))
        if offer is not None and (offer.kind, offer.service) != (kind, service):
            raise OfferDiffers(offer=code)
        if (validity_days or 0) > LONGEST_VALIDITY:
            raise Invalid(field="validity_days")
        content = {
            "name": checked_name(name),
            "kind": kind,
            "service": service,
            "price": price.amount,
            "currency": price.currency,
            "validity_days": validity_days,
            "valid_from": valid_from,
            "allowances": _allowances(allowances),
            "rates": unit_rates.checked(rates),
            "conditions": eligibility.stored(eligibility.conditions_of(conditions or {})),
            "saved_at": clock.now(),
            "saved_by": by.name,
        }
        new = insert(OfferDraft).values(id=new_id(), **key, **content)
        put = new.on_conflict_do_update(
            index_elements=["market_code", "code", "mode"], set_=content
        )
        draft_id = db.session.scalars(put.returning(OfferDraft.id)).one()
        audit.record(by, "offer.draft_saved", "offer_draft", draft_id, code=code, price=price)
        draft = db.session.get(OfferDraft, draft_id, populate_existing=True)
    assert draft is not None  # noqa: S101 - written a moment ago, under its lock
    return draft


def publish_draft(draft_id: UUID, *, by: Actor) -> Offer:
    """Sell it, from its `valid_from` or, when that has passed, from now. The draft is gone then."""
    with db.transaction():
        by.must("catalog.manage")
        draft = draft_for(by, draft_id, lock=True)
        begins = draft.valid_from
        offer = publish(
            by=by,
            market_code=draft.market_code,
            code=draft.code,
            name=draft.name,
            kind=draft.kind,
            service=draft.service,
            mode=draft.mode,
            price=draft.price_money,
            allowances={UsageKind(kind): n for kind, n in draft.allowances.items()},
            rates=draft.rates,
            validity_days=draft.validity_days,
            valid_from=begins if begins is not None and begins > clock.now() else None,
            conditions=draft.conditions,
        )
        db.session.delete(draft)
    return offer


def discard_draft(draft_id: UUID, *, by: Actor) -> OfferDraft:
    with db.transaction():
        by.must("catalog.manage")
        draft = draft_for(by, draft_id, lock=True)
        audit.record(by, "offer.draft_discarded", "offer_draft", draft.id, code=draft.code)
        db.session.delete(draft)
    return draft


def draft_for(by: Actor, draft_id: UUID, *, lock: bool = False) -> OfferDraft:
    """Raises NotFound, also for another's market."""
    draft = db.session.get(OfferDraft, draft_id, with_for_update=lock or None)
    if draft is None or not by.sees_market(draft.market_code):
        raise NotFound
    by.must("catalog.manage")
    return draft


def _code(code: str) -> str:
    """As it is in addresses and messages: lower-case letters, digits and hyphens."""
    fits = code.isascii() and code.replace("-", "").isalnum() and code == code.lower()
    if not fits or not 0 < len(code) <= LONGEST_NAME:
        raise Invalid(field="code")
    return code


def _allowances(allowances: Mapping[UsageKind, int | None]) -> dict[str, int | None]:
    if not all(n is None or 0 < n <= MOST_UNITS for n in allowances.values()):
        raise Invalid(field="allowances")
    return {kind.value: n for kind, n in allowances.items()}
