"""Offering discounts, ending them, and counting how often a promotion was taken."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.catalog import discounts, eligibility
from app.catalog.errors import DiscountDiffers, DiscountUnknown, PromotionUsedUp
from app.catalog.events import DiscountOffered, DiscountWithdrawn
from app.catalog.models import Discount, DiscountKind
from app.catalog.service.naming import checked_name
from app.core import clock, db, events, references
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.markets.queries import market

LONGEST_CODE = 40
MOST_MONTHS = 120
MOST_TIMES = 100_000_000


def offer_discount(
    *,
    by: Actor,
    market_code: str,
    code: str,
    name: str,
    kind: DiscountKind,
    terms: Mapping[str, Any],
    conditions: Mapping[str, Any] | None = None,
    stackable: bool = True,
    priority: int = 100,
    months: int | None = None,
    total_limit: int | None = None,
    account_limit: int | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Discount:
    """From `valid_from` on, by default now; what the code offered until then ends there.

    Raises Invalid naming what is wrong, DiscountDiffers when the code is of another kind.
    """
    with db.transaction():
        by.must("catalog.manage")
        if not by.sees_market(market(market_code).code):
            raise NotFound(market=market_code)
        start = _start(valid_from, valid_until)
        code = _code(code)
        _succeed(market_code, code, kind, start)
        discount = Discount(
            market_code=market_code,
            code=code,
            name=checked_name(name),
            kind=kind,
            terms=discounts.stored(discounts.terms_of(terms, kind)),
            conditions=eligibility.stored(eligibility.conditions_of(conditions or {})),
            stackable=stackable,
            priority=_within(priority, 0, 10_000, "priority") or 0,
            months=_within(months, 1, MOST_MONTHS, "months"),
            total_limit=_within(total_limit, 1, MOST_TIMES, "total_limit"),
            account_limit=_within(account_limit, 1, MOST_TIMES, "account_limit"),
            valid_from=start,
            valid_until=valid_until,
            made_at=clock.now(),
        )
        db.session.add(discount)
        db.session.flush()  # its id is announced
        audit.record(
            by, "discount.offered", "discount", discount.id, code=code, terms=discount.terms
        )
        events.announce(DiscountOffered(discount.id, market_code, code, start))
    return discount


def withdraw_discount(discount_id: UUID, *, by: Actor) -> Discount:
    """Offer it no more. A promotion that was granted lasts its months; twice changes nothing."""
    with db.transaction():
        by.must("catalog.manage")
        discount = _locked(discount_id)
        if not by.sees_market(discount.market_code):
            raise DiscountUnknown
        now = clock.now()
        if discount.valid_until is None or discount.valid_until > now:
            discount.valid_until = max(now, discount.valid_from)
            audit.record(by, "discount.withdrawn", "discount", discount.id, code=discount.code)
            events.announce(
                DiscountWithdrawn(discount.id, discount.market_code, discount.code, now)
            )
    return discount


def count_redemption(discount_id: UUID) -> Discount:
    """One more in the caller's transaction, which holds the promotion until it commits.

    Raises DiscountUnknown when it is not valid any more, PromotionUsedUp.
    """
    discount = _locked(discount_id)
    now = clock.now()
    ended = discount.valid_until is not None and discount.valid_until <= now
    if discount.kind is not DiscountKind.PROMOTION or discount.valid_from > now or ended:
        raise DiscountUnknown
    if discount.total_limit is not None and discount.redeemed >= discount.total_limit:
        raise PromotionUsedUp
    discount.redeemed += 1
    return discount


def _locked(discount_id: UUID) -> Discount:
    query = select(Discount).where(Discount.id == discount_id).with_for_update()
    discount = db.session.scalar(query.execution_options(populate_existing=True))
    if discount is None:
        raise DiscountUnknown
    return discount


def _succeed(market_code: str, code: str, kind: DiscountKind, start: datetime) -> None:
    """End what the code offers where the new terms begin; two who offer it at once meet here."""
    references.next_number(f"discount:{market_code}:{code}")
    query = select(Discount).where(Discount.market_code == market_code, Discount.code == code)
    for earlier in db.session.scalars(query.execution_options(populate_existing=True)):
        if earlier.kind is not kind:
            raise DiscountDiffers(code=code)
        if earlier.valid_until == earlier.valid_from:
            continue  # withdrawn before it began
        if earlier.valid_from >= start:
            raise Invalid(field="valid_from")
        if earlier.valid_until is None or earlier.valid_until > start:
            earlier.valid_until = start


def _start(valid_from: datetime | None, valid_until: datetime | None) -> datetime:
    """Raises Invalid for a past that cannot be changed and an end before the beginning."""
    now = clock.now()
    start = valid_from or now
    if start < now:
        raise Invalid(field="valid_from")
    if valid_until is not None and valid_until <= start:
        raise Invalid(field="valid_until")
    return start


def _code(code: str) -> str:
    """People type it: upper case, no difference to lower."""
    code = code.strip().upper()
    if not code.isascii() or not code.replace("-", "").isalnum() or len(code) > LONGEST_CODE:
        raise Invalid(field="code")
    return code


def _within(value: int | None, least: int, most: int, field: str) -> int | None:
    if value is not None and not least <= value <= most:
        raise Invalid(field=field)
    return value
