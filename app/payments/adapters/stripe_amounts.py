"""Stripe counts money in the smallest unit, by rules of its own. Pure.

docs.stripe.com/currencies: currencies without decimals are sent as they are; those with three
are sent in thousandths whose last digit is zero; ISK and UGX have none and are sent as if they
had two, as are HUF and TWD.
"""

from decimal import Decimal

from app.core.money import Money

_NONE = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
_THREE = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
_WHOLE = frozenset(("ISK", "UGX"))


class Unsendable(ValueError):
    """The amount has more decimals than Stripe takes in its currency."""


def to_minor(amount: Money) -> int:
    """What Stripe is sent. Raises Unsendable."""
    minor = amount.amount.scaleb(_decimals(amount.currency))
    step = 10 if amount.currency in _THREE else 100 if amount.currency in _WHOLE else 1
    if not minor.is_finite() or minor % step:
        raise Unsendable(f"{amount.amount} {amount.currency}")
    return int(minor)


def from_minor(minor: int, currency: str) -> Money:
    code = currency.upper()
    return Money(Decimal(minor).scaleb(-_decimals(code)), code)


def _decimals(currency: str) -> int:
    return 0 if currency in _NONE else 3 if currency in _THREE else 2
