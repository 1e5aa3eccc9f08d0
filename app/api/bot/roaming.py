"""Use abroad: what it costs her in a country, what helps there, and whether it works at all."""

from babel import Locale
from flask import request

from app.api.bot import bp
from app.api.bot.addons import fitting_addons, told_addon
from app.api.bot.asking import Answer, on_behalf
from app.catalog.models import OfferVersion, Service, UsageKind
from app.catalog.queries import is_good_in
from app.catalog.rates import AS_AT_HOME, Tariff, tariff_abroad
from app.core import clock
from app.core.errors import Invalid, NotFound
from app.core.i18n import gettext as _
from app.core.money import Money
from app.core.volumes import quantity_text
from app.selfservice.asker import Asker
from app.selfservice.figures import label, spoken
from app.subscriptions.mobile_countries import network_codes
from app.subscriptions.models import BlockEffect, Line
from app.subscriptions.queries import current_plan, effect_in_force


@bp.get("/conversations/<uuid:conversation_id>/roaming")
@on_behalf("usage.read")
def roaming(asker: Asker) -> Answer:
    """`country` is two letters. Raises Invalid for what is none that we know."""
    line = asker.line(request.args.get("line_id"))
    country = request.args.get("country", "").upper()
    networks = network_codes(country)
    if not networks:
        raise Invalid(field="country")
    if line.service is not Service.MOBILE:
        raise NotFound
    plan = current_plan(line).version
    prices = {kind.value: _price(plan, kind, networks, asker) for kind in UsageKind}
    known = {kind: each for kind, each in prices.items() if each is not None}
    as_home = bool(known) and all(each == AS_AT_HOME for each in known.values())
    return {
        "line_id": str(line.id),
        "label": label(line),
        "plan": plan.offer.name,
        "country": country,
        "country_text": Locale.parse(asker.locale).territories.get(country, country),
        "at_home": country == line.market_code,
        "as_home": as_home,
        "covered": bool(known),
        "prices": {kind: _said(each) for kind, each in prices.items()},
        "tax_text": _tax(asker),
        "on": _works(line),
        "packs": [
            told_addon(each, asker)
            for each in fitting_addons(line)
            if not as_home and is_good_in(each, networks)
        ],
    }


def _price(
    version: OfferVersion, kind: UsageKind, networks: tuple[str, ...], asker: Asker
) -> str | None:
    """AS_AT_HOME, or a price and its unit; None where the offer has none for this country.

    Networks of one country may be in different zones: those of the whole country decide.
    """
    for code in networks:
        found = tariff_abroad(version.rates, kind, code)
        if isinstance(found, Tariff):
            return _per_unit(found, kind, version.currency, asker)
        if found == AS_AT_HOME:
            return AS_AT_HOME
    return None


def _per_unit(tariff: Tariff, kind: UsageKind, currency: str, asker: Asker) -> str:
    step = tariff.rate.steps[0]
    price = spoken(Money(step.price, currency), asker)
    unit = quantity_text(kind.value, step.per, asker.locale)
    return _("%(price)s for %(unit)s", price=price, unit=unit)


def _said(price: str | None) -> str | None:
    return _("as at home") if price == AS_AT_HOME else price


def _works(line: Line) -> bool:
    """There is no switch of its own: a line that is blocked at home is blocked abroad."""
    return effect_in_force(line) in {None, BlockEffect.THROTTLE}


def _tax(asker: Asker) -> str | None:
    if asker.market.policies_at(clock.now()).tax_inclusive:
        return None
    return str(_("%(tax)s is added.", tax=asker.market.tax_name))
