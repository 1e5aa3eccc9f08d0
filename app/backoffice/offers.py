"""The catalogue: what is and was sold, preparing a version, publishing and withdrawing."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import asked, bp, offer_forms
from app.backoffice.offer_forms import allowances_of
from app.backoffice.words import words
from app.catalog import listing, service
from app.catalog.listing import Wanted
from app.catalog.models import Mode, Offer, OfferDraft, OfferKind, OfferVersion, Service, UsageKind
from app.catalog.service.drafts import draft_for
from app.core import clock
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.volumes import quantity_text
from app.markets import queries as markets
from app.markets.models import Market
from app.subscriptions.queries import lines_on
from app.web import htmx
from app.web.input import takes
from app.web.locale import locale, moment
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

# What one unit of a flat rate is called: MB, minutes, messages.
_UNITS = {UsageKind.DATA: "MB", UsageKind.VOICE: "min", UsageKind.SMS: "SMS"}


@bp.get("/offers")
@staff_with("catalog.manage")
def offers() -> ResponseReturnValue:
    actor, wanted = current_actor(), _wanted(request.args)
    found = listing.offers_of(actor, wanted)
    lines = lines_on([version.id for offer in found for version in offer.versions])
    return htmx.show(
        "backoffice/offers/offers.html",
        "backoffice/offers/_offers.html",
        offers=[
            (offer, current_of(offer), sum(lines.get(each.id, 0) for each in offer.versions))
            for offer in found
        ],
        drafts=listing.drafts_of(actor, wanted),
        wanted=wanted,
        markets=markets.markets_of(actor),
        services=list(Service),
        modes=list(Mode),
        kinds=list(OfferKind),
    )


@bp.get("/offers/<uuid:offer_id>")
@staff_with("catalog.manage")
def offer(offer_id: UUID) -> ResponseReturnValue:
    """Its versions as a timeline, newest first, with how many lines are on each."""
    found = listing.offer_for(current_actor(), offer_id)
    market = asked.market_named(found.market_code)
    lines = lines_on([version.id for version in found.versions])
    return render_template(
        "backoffice/offers/offer.html",
        offer=found,
        market=market,
        current=current_of(found),
        versions=[
            (version, rows_of(version), lines.get(version.id, 0))
            for version in reversed(found.versions)
        ],
        draft=listing.draft_of(found),
    )


@bp.get("/offers/new")
@staff_with("catalog.manage")
def new_offer() -> ResponseReturnValue:
    own = markets.markets_of(current_actor())
    code = request.args.get("market") or (own[0].code if own else "")
    return _form(None, asked.market_named(code), offer_forms.shown(None))


@bp.get("/offers/<uuid:offer_id>/draft")
@staff_with("catalog.manage")
def edit_offer(offer_id: UUID) -> ResponseReturnValue:
    """Its draft, or else its last version to begin from."""
    found = listing.offer_for(current_actor(), offer_id)
    draft = listing.draft_of(found)
    begin_from = draft or (found.versions[-1] if found.versions else None)
    return _form(found, asked.market_named(found.market_code), offer_forms.shown(begin_from), draft)


@bp.post("/offers/draft")
@staff_with("catalog.manage")
@takes(*offer_forms.FIELDS)
def save_draft() -> ResponseReturnValue:
    market = asked.market_named(request.form.get("market", ""))
    draft = service.save_draft(offer_forms.read(request.form, market), by=current_actor())
    return htmx.go(url_for("backoffice.draft", draft_id=draft.id))


@bp.get("/offers/drafts/<uuid:draft_id>")
@staff_with("catalog.manage")
def draft(draft_id: UUID) -> ResponseReturnValue:
    """What publishing it would change, and for how many lines it would not."""
    found = draft_for(current_actor(), draft_id)
    market, sold = asked.market_named(found.market_code), listing.offer_of(found)
    last = sold.versions[-1] if sold and sold.versions else None
    lines = lines_on([version.id for version in sold.versions]) if sold else {}
    return render_template(
        "backoffice/offers/draft.html",
        draft=found,
        market=market,
        offer=sold,
        last=last,
        changes=changes(found, last),
        lines=sum(lines.values()),
    )


@bp.get("/offers/drafts/<uuid:draft_id>/edit")
@staff_with("catalog.manage")
def edit_draft(draft_id: UUID) -> ResponseReturnValue:
    """Of an offer that was never sold."""
    found = draft_for(current_actor(), draft_id)
    return _form(None, asked.market_named(found.market_code), offer_forms.shown(found), found)


@bp.post("/offers/drafts/<uuid:draft_id>/publish")
@staff_with("catalog.manage")
@takes()
def publish_draft(draft_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = draft_for(actor, draft_id)
    confirmed("catalog.publish", found.id, found.price_money)
    published = service.publish_draft(found.id, by=actor)
    return htmx.go(url_for("backoffice.offer", offer_id=published.id))


@bp.post("/offers/drafts/<uuid:draft_id>/discard")
@staff_with("catalog.manage")
@takes()
def discard_draft(draft_id: UUID) -> ResponseReturnValue:
    service.discard_draft(draft_id, by=current_actor())
    return htmx.go(url_for("backoffice.offers"))


@bp.post("/offers/<uuid:offer_id>/withdraw")
@staff_with("catalog.manage")
@takes()
def withdraw_offer(offer_id: UUID) -> ResponseReturnValue:
    found = service.withdraw(offer_id, by=current_actor())
    return htmx.go(url_for("backoffice.offer", offer_id=found.id))


def current_of(offer: Offer) -> OfferVersion | None:
    """The version on sale; None for what is withdrawn or still to come."""
    now = clock.now()
    if offer.withdrawn_at is not None and offer.withdrawn_at <= now:
        return None
    for version in offer.versions:
        ended = version.valid_until is not None and version.valid_until <= now
        if version.valid_from <= now and not ended:
            return version
    return None


def changes(draft: OfferDraft, last: OfferVersion | None) -> list[tuple[str, str, str]]:
    """(what, before, after) where they differ; everything of a first version."""
    after = rows_of(draft)
    before = rows_of(last) if last is not None else {}
    return [
        (name, before.get(name, ""), value)
        for name, value in after.items()
        if before.get(name, "") != value
    ]


def rows_of(offer: OfferVersion | OfferDraft) -> dict[str, str]:
    """What a version says, a row each, in words and figures."""
    named = offer if isinstance(offer, OfferDraft) else offer.offer
    days, allowances = offer.validity_days, allowances_of(offer)
    rows = {
        _("Name"): named.name,
        _("Price"): offer.price_money.format(locale()),
        _("Valid for"): ngettext("%(num)s day", "%(num)s days", days) if days else _("a month"),
    }
    for kind in UsageKind:
        rows[words(kind.value, "usage")] = _allowance(kind, allowances)
        beyond = _rate(kind, offer.rates.get(kind.value))
        rows[f"{words(kind.value, 'usage')} · {_('beyond')}"] = beyond
    if zones := offer.rates.get("zones"):
        rows[_("Zones")] = _json(zones)
    conditions = offer.conditions or {}
    rows[_("Who may have it")] = "; ".join(
        f"{words(name, 'condition')}: {_said(value)}" for name, value in conditions.items()
    ) or _("Everybody")
    if isinstance(offer, OfferDraft) and offer.valid_from is not None:
        rows[_("On sale from")] = moment(offer.valid_from)
    return rows


def _allowance(kind: UsageKind, allowances: Mapping[str, int | None]) -> str:
    if kind.value not in allowances:
        return "—"
    quantity = allowances[kind.value]
    return _("unlimited") if quantity is None else quantity_text(kind.value, quantity, locale())


def _rate(kind: UsageKind, rate: Any) -> str:
    if rate is None:
        return "—"
    if not set(rate) <= offer_forms.FLAT:
        return _json(rate)
    unit = _UNITS[kind] if rate["per"] == offer_forms.RATE_UNITS[kind] else rate["per"]
    told = f"{rate['price']} / {unit}"
    if "minimum" in rate or "increment" in rate:
        told += f" ({rate.get('minimum', 1)}/{rate.get('increment', 1)})"
    return told


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _form(
    found: Offer | None, market: Market, values: dict[str, Any], draft: OfferDraft | None = None
) -> ResponseReturnValue:
    return render_template(
        "backoffice/offers/form.html",
        offer=found,
        draft=draft,
        market=market,
        markets=markets.markets_of(current_actor()),
        values=values,
        draft_start=_field(draft.valid_from, market) if draft and draft.valid_from else "",
        services=list(Service),
        modes=list(Mode),
        kinds=list(OfferKind),
        usage=list(UsageKind),
        market_options=lambda found: [(each.code, each.name) for each in found],
        word_options=lambda values, kind: [(each.value, words(each, kind)) for each in values],
    )


def _field(value: datetime, market: Market) -> str:
    """As a browser's field for date and time wants it."""
    return value.astimezone(ZoneInfo(market.timezone)).strftime("%Y-%m-%dT%H:%M")


def _wanted(args: Mapping[str, str]) -> Wanted:
    """Unknown values count as not chosen."""

    def one(name: str, kind: Any) -> Any:
        value = args.get(name, "")
        return kind(value) if value in set(kind) else None

    market = args.get("market", "").replace("\0", "") or None
    text = args.get("q", "").replace("\0", "").strip()[:100]
    return Wanted(market, one("service", Service), one("mode", Mode), one("kind", OfferKind), text)
