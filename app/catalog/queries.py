"""What is on sale, and how its allowances are said."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager

from app.catalog import allowance_terms
from app.catalog.discounts import Rule, terms_of
from app.catalog.eligibility import conditions_of
from app.catalog.errors import DiscountUnknown, OfferNotAvailable
from app.catalog.models import (
    Allowance,
    Discount,
    DiscountKind,
    Mode,
    Offer,
    OfferKind,
    OfferVersion,
    Service,
    UsageKind,
)
from app.core import clock, db, i18n, volumes
from app.core.i18n import gettext as _


def offers(
    market_code: str,
    *,
    service: Service | None = None,
    mode: Mode | None = None,
    kind: OfferKind | None = None,
    at: datetime | None = None,
) -> list[OfferVersion]:
    """The version on sale of each offer of a market, cheapest first."""
    wanted: list[ColumnElement[bool]] = [Offer.market_code == market_code]
    if service is not None:
        wanted.append(Offer.service == service)
    if mode is not None:
        wanted.append(Offer.mode == mode)
    if kind is not None:
        wanted.append(Offer.kind == kind)
    return _on_sale(at or clock.now(), *wanted)


def current_version(
    market_code: str, code: str, mode: Mode | str, at: datetime | None = None
) -> OfferVersion:
    """Raises OfferNotAvailable."""
    found = _on_sale(
        at or clock.now(),
        Offer.market_code == market_code,
        Offer.code == code,
        Offer.mode == Mode(mode),
    )
    if not found:
        raise OfferNotAvailable(offer=code)
    return found[0]


def version_on_sale(offer_version_id: UUID, at: datetime | None = None) -> OfferVersion:
    """Raises OfferNotAvailable for unknown, withdrawn and outdated versions."""
    found = _on_sale(at or clock.now(), OfferVersion.id == offer_version_id)
    if not found:
        raise OfferNotAvailable
    return found[0]


def allowances_text(version: OfferVersion, language: str, locale: str) -> str:
    """What a version includes, in one line: `20 GB · unlimited calls · 100 SMS`."""
    order = list(UsageKind)
    included = sorted(version.allowances, key=lambda each: order.index(each.kind))
    with i18n.speaking(language):
        return " · ".join(_included_text(version, each, locale) for each in included)


def is_for_abroad(version: OfferVersion, kind: UsageKind) -> bool:
    """Whether what it includes of this kind is for use abroad, and not at home."""
    return bool(allowance_terms.terms_of(version.rates, kind).networks)


def is_good_in(version: OfferVersion, networks: Sequence[str]) -> bool:
    """Whether something that it includes is for use in one of these visited networks."""
    good = {
        prefix
        for each in version.allowances
        for prefix in allowance_terms.terms_of(version.rates, each.kind).networks
    }
    return any(network.startswith(tuple(good)) for network in networks)


def discounts_on_offer(market_code: str, at: datetime) -> list[Rule]:
    """Those that apply to whoever fulfils them; promotions need to be granted."""
    query = select(Discount).where(
        Discount.market_code == market_code,
        Discount.kind != DiscountKind.PROMOTION,
        *_offered(at),
    )
    return [rule_of(each) for each in db.session.scalars(query)]


def promotion(market_code: str, code: str, at: datetime) -> Discount:
    """Raises DiscountUnknown, also for codes of other kinds of discounts."""
    query = select(Discount).where(
        Discount.market_code == market_code,
        Discount.code == code.strip().upper(),
        Discount.kind == DiscountKind.PROMOTION,
        *_offered(at),
    )
    found = None if "\0" in code else db.session.scalar(query)
    if found is None:
        raise DiscountUnknown
    return found


def rule_of(discount: Discount, line_id: UUID | None = None) -> Rule:
    """As the rules read it; of a promotion that was granted to one line, for that line."""
    return Rule(
        id=discount.id,
        code=discount.code,
        name=discount.name,
        kind=discount.kind,
        terms=terms_of(discount.terms, discount.kind),
        conditions=conditions_of(discount.conditions),
        stackable=discount.stackable,
        priority=discount.priority,
        line_id=line_id,
    )


def _offered(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Discount.valid_from <= at,
        or_(Discount.valid_until.is_(None), Discount.valid_until > at),
    )


def _included_text(version: OfferVersion, allowance: Allowance, locale: str) -> str:
    text = _allowance_text(allowance, locale)
    if is_for_abroad(version, allowance.kind):
        return _("%(allowance)s abroad", allowance=text)
    return text


def _allowance_text(allowance: Allowance, locale: str) -> str:
    if allowance.quantity is not None:
        return volumes.quantity_text(allowance.kind.value, allowance.quantity, locale)
    return {
        UsageKind.DATA: _("unlimited data"),
        UsageKind.VOICE: _("unlimited calls"),
        UsageKind.SMS: _("unlimited SMS"),
    }[allowance.kind]


def _on_sale(at: datetime, *wanted: ColumnElement[bool]) -> list[OfferVersion]:
    query = (
        select(OfferVersion)
        .join(OfferVersion.offer)
        .options(contains_eager(OfferVersion.offer))
        .where(
            *wanted,
            or_(Offer.withdrawn_at.is_(None), Offer.withdrawn_at > at),
            and_(
                OfferVersion.valid_from <= at,
                or_(OfferVersion.valid_until.is_(None), OfferVersion.valid_until > at),
            ),
        )
        .order_by(OfferVersion.price, Offer.code)
    )
    return list(db.session.scalars(query))
