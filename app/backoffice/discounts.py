"""Discounts: what is offered, how often it was taken, offering another and ending one."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import asked, bp, forms
from app.backoffice.words import words
from app.catalog import listing, service
from app.catalog.models import Discount, DiscountKind, Service
from app.core import clock
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.money import Money
from app.markets import queries as markets
from app.markets.models import Market
from app.web import htmx
from app.web.input import takes
from app.web.locale import locale
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

TIERS = range(4)
_TIER_FIELDS = tuple(f"tier_{part}_{n}" for n in TIERS for part in ("since", "percent", "amount"))
_PART_FIELDS = tuple(f"part_{part}_{each}" for each in Service for part in ("is", "offers"))
FIELDS = (
    "market",
    "code",
    "name",
    "kind",
    "stackable",
    "priority",
    "months",
    "total_limit",
    "account_limit",
    "valid_from",
    "valid_until",
    *(f"reduces_{each}" for each in Service),
    *_TIER_FIELDS,
    *_PART_FIELDS,
    *forms.CONDITIONS,
)


@bp.get("/discounts")
@staff_with("catalog.manage")
def discounts() -> ResponseReturnValue:
    market = request.args.get("market", "").replace("\0", "") or None
    found = listing.discounts_of(current_actor(), market)
    own = {each.code: each for each in markets.markets_of(current_actor())}
    return htmx.show(
        "backoffice/discounts/discounts.html",
        "backoffice/discounts/_discounts.html",
        discounts=[(each, told(each, own[each.market_code]), state_of(each)) for each in found],
        markets=own.values(),
        market=market,
    )


@bp.get("/discounts/new")
@staff_with("catalog.manage")
def new_discount() -> ResponseReturnValue:
    own = markets.markets_of(current_actor())
    code = request.args.get("market") or (own[0].code if own else "")
    return render_template(
        "backoffice/discounts/form.html",
        market=asked.market_named(code),
        kinds=list(DiscountKind),
        services=list(Service),
        tiers=TIERS,
        word_options=lambda values, kind: [(each.value, words(each, kind)) for each in values],
        market_options=[(each.code, each.name) for each in own],
    )


@bp.post("/discounts")
@staff_with("catalog.manage")
@takes(*FIELDS)
def offer_discount() -> ResponseReturnValue:
    form, market = request.form, asked.market_named(request.form.get("market", ""))
    priority = forms.number(form, "priority")
    wanted: dict[str, Any] = {
        "code": forms.word(form, "code"),
        "name": forms.word(form, "name"),
        "kind": forms.one_of(form, "kind", DiscountKind),
        "terms": _terms(),
        "conditions": forms.conditions(form),
        "stackable": forms.truth(form, "stackable"),
        "priority": 100 if priority is None else priority,
        "months": forms.number(form, "months"),
        "total_limit": forms.number(form, "total_limit"),
        "account_limit": forms.number(form, "account_limit"),
        "valid_from": forms.moment(form, "valid_from", market.timezone),
        "valid_until": forms.moment(form, "valid_until", market.timezone),
    }
    confirmed("catalog.discount", f"{market.code}:{wanted['code'][:80]}")
    service.offer_discount(by=current_actor(), market_code=market.code, **wanted)
    return htmx.go(url_for("backoffice.discounts", market=market.code))


@bp.post("/discounts/<uuid:discount_id>/withdraw")
@staff_with("catalog.manage")
@takes()
def withdraw_discount(discount_id: UUID) -> ResponseReturnValue:
    ended = service.withdraw_discount(discount_id, by=current_actor())
    return htmx.go(url_for("backoffice.discounts", market=ended.market_code))


def told(discount: Discount, market: Market) -> list[str]:
    """Its terms as sentences."""
    terms = discount.terms
    said = [_tier(tier, discount.kind, market) for tier in terms["tiers"]]
    if parts := terms.get("parts"):
        said.append(_("For whoever has %(parts)s.", parts=" + ".join(map(_part, parts))))
    if services := terms.get("services"):
        named = ", ".join(words(each, "service") for each in services)
        said.append(_("Off the charges of %(services)s.", services=named))
    if discount.months:
        said.append(ngettext("For %(num)s month.", "For %(num)s months.", discount.months))
    if not discount.stackable:
        said.append(_("Not together with others."))
    return said


def state_of(discount: Discount) -> str:
    now = clock.now()
    if discount.valid_until is not None and discount.valid_until <= now:
        return "ended"
    return "to_come" if discount.valid_from > now else "on"


def _tier(tier: dict[str, str], kind: DiscountKind, market: Market) -> str:
    if "percent" in tier:
        off = _("%(percent)s %% off", percent=tier["percent"])
    else:
        amount = Money.of(tier["amount"], market.currency).format(locale())
        off = _("%(amount)s off a month", amount=amount)
    since, many = tier["since"], int(Decimal(tier["since"]))
    match kind:
        case DiscountKind.MULTI_LINE:
            return ngettext(
                "From %(since)s line on: %(off)s.",
                "From %(since)s lines on: %(off)s.",
                many,
                since=since,
                off=off,
            )
        case DiscountKind.TENURE:
            return ngettext(
                "From %(since)s month on: %(off)s.",
                "From %(since)s months on: %(off)s.",
                many,
                since=since,
                off=off,
            )
        case DiscountKind.VOLUME:
            money = Money.of(since, market.currency).format(locale())
            return _("From %(since)s a month on: %(off)s.", since=money, off=off)
        case _:
            return f"{off}."


def _part(part: dict[str, Any]) -> str:
    named = words(part["service"], "service")
    offers = ", ".join(part.get("offers", ()))
    return f"{named} ({offers})" if offers else named


def _terms() -> dict[str, Any]:
    form = request.form
    tiers = []
    for n in TIERS:
        given = {part: forms.decimal(form, f"tier_{part}_{n}") for part in ("percent", "amount")}
        if any(value is not None for value in given.values()):
            since = forms.decimal(form, f"tier_since_{n}") or 0
            off = {part: str(value) for part, value in given.items() if value is not None}
            tiers.append({"since": str(since), **off})
    parts = [
        {"service": each.value, "offers": forms.names(form, f"part_offers_{each}")}
        for each in Service
        if forms.truth(form, f"part_is_{each}")
    ]
    services = [each.value for each in Service if forms.truth(form, f"reduces_{each}")]
    return {"tiers": tiers, "parts": parts, "services": services}
