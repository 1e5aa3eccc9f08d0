"""Amounts and their currencies, by sign, code or everyday name."""

import re
from collections.abc import Iterator
from decimal import Decimal

from components.finding import Fact, Setting
from components.numbers import FIGURE, WORD, number_of, short

HOME = {
    "MX": "MXN", "BR": "BRL", "IN": "INR", "AR": "ARS", "CO": "COP", "CL": "CLP", "PE": "PEN", "US": "USD",
    "GB": "GBP", "NG": "NGN", "KE": "KES", "ZA": "ZAR", "GH": "GHS", "PH": "PHP", "UY": "UYU",
}  # fmt: skip
PESOS = ("MX", "AR", "CO", "CL", "PH", "UY")
SIGNS = {"r$": "BRL", "us$": "USD", "mx$": "MXN", "s/": "PEN", "₹": "INR", "£": "GBP", "€": "EUR", "₦": "NGN"}
NAMES = {
    "BRL": "reais|real|brl|contos?|pilas?",
    "INR": "rupees?|rupias|rs|inr",
    "USD": "dollars?|dolares|dolar|usd|verdes",
    "GBP": "pounds?|quid|gbp|libras",
    "EUR": "euros?|eur",
    "PEN": "soles|sol|pen",
    "NGN": "naira|ngn",
    "KES": "ksh|kes|shillings?",
    "ZAR": "rands?|zar",
    "GHS": "cedis?|ghs",
    "MXN": "mxn|varos?",
    "ARS": "ars",
    "COP": "cop",
    "CLP": "clp",
}
OF_HOME = "pesos?|bucks?|mangos|lucas?|mil"  # the market says which, and what a luca is
NAME = re.compile("|".join(f"(?P<{code}>{names})" for code, names in NAMES.items()))
SIGN = r"r\$|us\$|mx\$|s/|[$₹£€₦]|\brs\.?|\binr|\bksh|\bmxn|\bbrl"
UNIT = rf"(?:mil )?(?:{'|'.join(NAMES.values())}|{OF_HOME})\b"
TOP_UP = r"(?:recarg\w+|recharge|top ?-?up|topup|carga\w*|airtime|saldo|credito)"
AMOUNT = re.compile(
    rf"(?P<sign>{SIGN}) ?(?P<after>{FIGURE})(?![\d.,]*\d)(?: ?(?P<behind>{UNIT}))?"
    rf"|\b(?P<before>{FIGURE}|{WORD}) ?(?P<unit>{UNIT})"
    rf"|\b{TOP_UP} (?:de |of |with |por |con |com |for |me |a mi |)(?P<bare>\d{{2,5}})\b"
    r"(?! ?(?:gb|mb|gigas?|megas?|dias?|days?|min|h\b|%|/|de \w+))"
)


def money_in(plain: str, setting: Setting) -> Iterator[Fact]:
    for match in AMOUNT.finditer(plain):
        written = match["after"] or match["before"] or match["bare"]
        unit = match["unit"] or match["behind"] or ""
        number = number_of(written) * (_thousand(unit, setting.market))
        start = match.start("bare") if match["bare"] else match.start()
        yield Fact("amount", short(number), start, match.end())
        code = _currency(match["sign"] or "", unit, setting.market)
        if code:
            place = "unit" if match["unit"] else "behind" if match["behind"] else "sign"
            yield Fact("currency", code, match.start(place), match.end(place))


def _thousand(unit: str, market: str) -> Decimal:
    """Two mil are two thousand; a luca is a thousand too, but one sol in Peru."""
    return Decimal(1000 if unit.startswith("mil") or (unit.startswith("luca") and market != "PE") else 1)


def _currency(sign: str, unit: str, market: str) -> str | None:
    named = NAME.fullmatch(unit.removeprefix("mil ").strip())
    if named and named.lastgroup:
        return named.lastgroup
    if sign.strip() in SIGNS:
        return SIGNS[sign.strip()]
    for code, letters in (("INR", "rs"), ("INR", "inr"), ("KES", "ksh"), ("MXN", "mxn"), ("BRL", "brl")):
        if sign.startswith(letters):
            return code
    if "peso" in unit:
        return HOME[market if market in PESOS else "MX"]
    return HOME.get(market) if sign == "$" or unit else None
