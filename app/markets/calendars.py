"""The public holidays of a market's country."""

from collections.abc import Collection
from datetime import date
from functools import cache

import holidays


@cache
def holidays_of(market_code: str) -> Collection[date]:
    """National holidays by the market's ISO 3166 code; asking for a day of any year answers.

    A code that is no country's has none.
    """
    try:
        return holidays.country_holidays(market_code)
    except NotImplementedError:
        return frozenset()
