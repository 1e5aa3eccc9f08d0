"""The price of one more unit, as it is written in an offer version's `rates`."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.catalog.models import UsageKind
from app.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class UnitRate:
    """`price` for every `per` units (bytes, seconds, messages), in the version's currency.

    A call counts at least `minimum` units and then in steps of `increment`.
    """

    per: int
    price: Decimal
    minimum: int = 1
    increment: int = 1


def rate_of(rates: Mapping[str, Any], kind: UsageKind) -> UnitRate | None:
    """None where nothing beyond the allowance is charged."""
    written = rates.get(kind.value)
    if written is None:
        return None
    return UnitRate(
        per=int(written["per"]),
        price=Decimal(str(written["price"])),
        minimum=int(written.get("minimum", 1)),
        increment=int(written.get("increment", 1)),
    )


def checked(rates: Mapping[Any, Any]) -> dict[str, Any]:
    """As they are stored. Raises Invalid for unknown kinds, prices below zero and empty steps."""
    stored: dict[str, Any] = {}
    for name, written in rates.items():
        try:
            kind = UsageKind(name)
            rate = rate_of({kind.value: written}, kind)
        except (ValueError, KeyError, TypeError, InvalidOperation):
            raise Invalid(field="rates") from None
        if rate is None or rate.price < 0 or min(rate.per, rate.minimum, rate.increment) < 1:
            raise Invalid(field="rates")
        stored[kind.value] = {**written, "price": str(written["price"])}
    return stored
