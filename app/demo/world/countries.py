"""Whose telephone a number is: the market that gave it out."""

_MARKETS = {"+52": "MX", "+55": "BR", "+91": "IN"}


def market_of(number: str) -> str:
    """The first market's for every other country's."""
    return _MARKETS.get(number[:3], "MX")
