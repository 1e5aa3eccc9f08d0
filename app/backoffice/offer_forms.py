"""An offer as a form: allowances in people's units, flat rates in fields, other tariffs as JSON."""

import json
from decimal import Decimal
from typing import Any

from app.backoffice import forms
from app.backoffice.forms import Form
from app.catalog.models import Mode, OfferDraft, OfferKind, OfferVersion, Service, UsageKind
from app.catalog.offer_terms import OfferTerms
from app.core.errors import Invalid
from app.core.volumes import GIB, MIB
from app.markets.models import Market

# How many stored units (bytes, seconds, messages) one in the form is: GB and MB, minutes, messages.
ALLOWANCE_UNITS = {UsageKind.DATA: GIB, UsageKind.VOICE: 60, UsageKind.SMS: 1}
RATE_UNITS = {UsageKind.DATA: MIB, UsageKind.VOICE: 60, UsageKind.SMS: 1}
FLAT = frozenset({"per", "price", "minimum", "increment"})
ALLOWANCES = ("none", "some", "unlimited")

_OF_KINDS = tuple(
    f"{name}_{kind.value}"
    for kind in UsageKind
    for name in ("has", "allowance", "price", "minimum", "increment")
)
FIELDS = (
    "market",
    "code",
    "name",
    "kind",
    "service",
    "mode",
    "price",
    "validity_days",
    "valid_from",
    "tariffs",
    *_OF_KINDS,
    *forms.CONDITIONS,
)


def read(form: Form, market: Market) -> OfferTerms:
    """Raises Invalid naming the field."""
    return OfferTerms(
        market_code=market.code,
        code=forms.word(form, "code"),
        name=forms.word(form, "name"),
        kind=forms.one_of(form, "kind", OfferKind),
        service=forms.one_of(form, "service", Service),
        mode=forms.one_of(form, "mode", Mode),
        price=forms.money(form, "price", market.currency),
        validity_days=forms.number(form, "validity_days"),
        valid_from=forms.moment(form, "valid_from", market.timezone),
        allowances=_allowances(form),
        rates=_rates(form),
        conditions=forms.conditions(form),
    )


def shown(offer: OfferVersion | OfferDraft | None) -> dict[str, Any]:
    """The fields of a draft or version, as `read` reads them; empty for something new."""
    if offer is None:
        return {"conditions": {}}
    allowances = allowances_of(offer)
    rates = offer.rates
    values: dict[str, Any] = {
        "price": _plain(offer.price),
        "validity_days": offer.validity_days,
        "conditions": offer.conditions or {},
        "tariffs": _text({name: each for name, each in rates.items() if not _is_flat(name, each)}),
    }
    for kind in UsageKind:
        values |= _allowance_shown(kind, allowances)
        rate = rates.get(kind.value)
        if rate is not None and _is_flat(kind.value, rate):
            values |= {f"{name}_{kind.value}": rate.get(name) for name in ("minimum", "increment")}
            values[f"price_{kind.value}"] = rate["price"]
    return values


def allowances_of(offer: OfferVersion | OfferDraft) -> dict[str, int | None]:
    """{kind: quantity in stored units, None for unlimited}."""
    if isinstance(offer, OfferDraft):
        return dict(offer.allowances)
    return {each.kind.value: each.quantity for each in offer.allowances}


def _allowances(form: Form) -> dict[UsageKind, int | None]:
    found: dict[UsageKind, int | None] = {}
    for kind, unit in ALLOWANCE_UNITS.items():
        has = form.get(f"has_{kind.value}", "none")
        if has not in ALLOWANCES:
            raise Invalid(field=f"has_{kind.value}")
        if has == "unlimited":
            found[kind] = None
        elif has == "some":
            field = f"allowance_{kind.value}"
            quantity = forms.decimal(form, field)
            if not quantity:
                raise Invalid(field=field)
            found[kind] = int(quantity * unit)
    return found


def _allowance_shown(kind: UsageKind, allowances: dict[str, int | None]) -> dict[str, Any]:
    if kind.value not in allowances:
        return {f"has_{kind.value}": "none"}
    quantity = allowances[kind.value]
    if quantity is None:
        return {f"has_{kind.value}": "unlimited"}
    amount = _plain(Decimal(quantity) / ALLOWANCE_UNITS[kind])
    return {f"has_{kind.value}": "some", f"allowance_{kind.value}": amount}


def _rates(form: Form) -> dict[str, Any]:
    """A kind is priced in the fields or in the JSON, not in both."""
    rates = forms.json_object(form, "tariffs")
    for kind, per in RATE_UNITS.items():
        price = forms.decimal(form, f"price_{kind.value}")
        if price is None:
            continue
        if kind.value in rates:
            raise Invalid(field=f"price_{kind.value}")
        steps = {
            name: value
            for name in ("minimum", "increment")
            if (value := forms.number(form, f"{name}_{kind.value}")) is not None
        }
        rates[kind.value] = {"per": per, "price": str(price), **steps}
    return rates


def _is_flat(name: str, rate: Any) -> bool:
    """Whether the form's own fields say all of it."""
    per = {kind.value: unit for kind, unit in RATE_UNITS.items()}.get(name)
    return isinstance(rate, dict) and set(rate) <= FLAT and rate.get("per") == per


def _text(rates: dict[str, Any]) -> str:
    return json.dumps(rates, indent=2, ensure_ascii=False) if rates else ""


def _plain(number: Decimal) -> str:
    """Without zeros that say nothing: 299.0000 is 299."""
    return format(number.normalize(), "f") if number else "0"
