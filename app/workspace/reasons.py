"""Why a charge is what it is: its rule and inputs as a sentence."""

from collections.abc import Callable
from typing import Any

from app.billing.models import Charge
from app.core.i18n import gettext as _
from app.core.money import Money
from app.web.filters import money
from app.workspace.labels import label

Because = dict[str, Any]


def title_of(charge: Charge) -> str:
    """What an invoice line is called: a plan's own name, else words for its kind."""
    if charge.kind == "usage":
        return _("%(kind)s beyond the plan", kind=label(charge.description, "usage"))
    if charge.kind == "credit":
        return _CARRIED.get(charge.description, lambda: charge.description)()
    return charge.description


def reason_of(charge: Charge) -> str:
    """Empty where there is nothing to explain."""
    explain = _REASONS.get(charge.because.get("rule", ""))
    return explain(charge.because) if explain else ""


def _month(because: Because) -> str:
    return _("The monthly price of %(price)s, in advance.", price=_price(because))


def _part(because: Because) -> str:
    return _(
        "%(days)s of %(whole)s days of the monthly price of %(price)s, from the day it began.",
        days=because["days"],
        whole=because["of"],
        price=_price(because),
    )


def _unused(because: Because) -> str:
    return _(
        "%(days)s of %(whole)s days, paid in advance at %(price)s a month, were not used.",
        days=because["days"],
        whole=because["of"],
        price=_price(because),
    )


def _once(because: Because) -> str:
    return _("Its price of %(price)s, once.", price=_price(because))


def _overage(because: Because) -> str:
    if because.get("prior"):
        return _("Usage of an earlier period whose records came late.")
    return _("The sum of all records that the allowances did not cover.")


def _price(because: Because) -> str:
    price = because.get("price") or {}
    return money(Money.of(price["amount"], price["currency"])) if price else "—"


_REASONS: dict[str, Callable[[Because], str]] = {
    "month": _month,
    "part": _part,
    "unused": _unused,
    "once": _once,
    "overage": _overage,
    "carried_on": lambda _because: _("More credit than charges: the rest is on the next invoice."),
    "carried_over": lambda _because: _("Credit that the invoice before could not use."),
}
_CARRIED: dict[str, Callable[[], str]] = {
    "carried_on": lambda: _("Carried to the next invoice"),
    "carried_over": lambda: _("Carried over"),
}
