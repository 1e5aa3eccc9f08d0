"""Preparing a version of an offer without selling it yet."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.catalog.allowance_terms import MOST_UNITS
from app.catalog.models import Offer, OfferDraft, UsageKind
from app.catalog.offer_terms import OfferTerms
from app.catalog.service.naming import LONGEST_NAME, checked_name
from app.catalog.service.offers import check, check_same, publish
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id

LONGEST_VALIDITY = 3660  # days


def save_draft(terms: OfferTerms, *, by: Actor) -> OfferDraft:
    """Keep it for later, in place of an earlier draft of the same offer.

    Raises OfferDiffers, Invalid.
    """
    with db.transaction():
        by.must("catalog.manage")
        check(terms, by=by)
        _check_code(terms.code)
        if (terms.validity_days or 0) > LONGEST_VALIDITY:
            raise Invalid(field="validity_days")
        offer = _offer_of(terms.key)
        if offer is not None:
            check_same(offer, terms)
        draft = _put(terms, by)
        audit.record(
            by, "offer.draft_saved", "offer_draft", draft.id, code=terms.code, price=terms.price
        )
    return draft


def publish_draft(draft_id: UUID, *, by: Actor) -> Offer:
    """Sell it, from its `valid_from` or, when that has passed, from now. The draft is gone then.

    With how many others its allowances are shared is as in the version before.
    """
    with db.transaction():
        by.must("catalog.manage")
        draft = draft_for(by, draft_id, lock=True)
        offer = publish(_terms_of(draft), by=by)
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


def _put(terms: OfferTerms, by: Actor) -> OfferDraft:
    """The row of the offer's one draft, with these terms."""
    content = {
        **terms.stored(),
        "name": checked_name(terms.name),
        "kind": terms.kind,
        "service": terms.service,
        "valid_from": terms.valid_from,
        "allowances": _allowances(terms.allowances),
        "saved_at": clock.now(),
        "saved_by": by.name,
    }
    new = insert(OfferDraft).values(id=new_id(), **terms.key, **content)
    put = new.on_conflict_do_update(index_elements=list(terms.key), set_=content)
    query = select(OfferDraft).from_statement(put.returning(OfferDraft))
    found = db.session.scalars(query, execution_options={"populate_existing": True})
    draft: OfferDraft = found.one()
    return draft


def _terms_of(draft: OfferDraft) -> OfferTerms:
    begins = draft.valid_from
    key: dict[str, Any] = {
        "market_code": draft.market_code,
        "code": draft.code,
        "mode": draft.mode,
    }
    offer = _offer_of(key)
    return OfferTerms(
        **key,
        name=draft.name,
        kind=draft.kind,
        service=draft.service,
        price=draft.price_money,
        allowances={UsageKind(kind): n for kind, n in draft.allowances.items()},
        rates=draft.rates,
        validity_days=draft.validity_days,
        valid_from=begins if begins is not None and begins > clock.now() else None,
        conditions=draft.conditions,
        shared_with=offer.versions[-1].shared_with if offer and offer.versions else 0,
    )


def _offer_of(key: Mapping[str, Any]) -> Offer | None:
    return db.session.scalar(select(Offer).filter_by(**key))


def _check_code(code: str) -> None:
    """As it is in addresses and messages: lower-case letters, digits and hyphens."""
    fits = code.isascii() and code.replace("-", "").isalnum() and code == code.lower()
    if not fits or not 0 < len(code) <= LONGEST_NAME:
        raise Invalid(field="code")


def _allowances(allowances: Mapping[UsageKind, int | None]) -> dict[str, int | None]:
    if not all(n is None or 0 < n <= MOST_UNITS for n in allowances.values()):
        raise Invalid(field="allowances")
    return {kind.value: n for kind, n in allowances.items()}
