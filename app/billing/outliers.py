"""Which bill stands out against the last one of its account. No session, no clock."""

from decimal import Decimal
from enum import StrEnum

_FACTOR = Decimal(2)


class Standing(StrEnum):
    """`first` has nothing to be compared with."""

    USUAL = "usual"
    FIRST = "first"
    DOUBLED = "doubled"
    HALVED = "halved"
    NOTHING = "nothing"


def standing(total: Decimal, before: Decimal | None) -> Standing:
    """`before` is the total of the last bill, None when there was none."""
    if before is None:
        return Standing.FIRST
    if total == 0:
        return Standing.NOTHING if before else Standing.USUAL
    if total >= before * _FACTOR:
        return Standing.DOUBLED
    return Standing.HALVED if total * _FACTOR <= before else Standing.USUAL
