"""Amounts and their currencies, by sign, code or everyday name, or by what is done with them."""

import re
from collections.abc import Iterator
from decimal import Decimal

from components.finding import Fact, Setting
from components.numbers import FIGURE, WORD, number_of, short
from components.spending import CENTS, RATE, SPENT

HOME = {
    "MX": "MXN", "BR": "BRL", "IN": "INR", "AR": "ARS", "CO": "COP", "CL": "CLP", "PE": "PEN", "US": "USD",
    "GB": "GBP", "NG": "NGN", "KE": "KES", "ZA": "ZAR", "GH": "GHS", "PH": "PHP", "UY": "UYU",
}  # fmt: skip
PESOS = ("MX", "AR", "CO", "CL", "PH", "UY")
SIGNS = {"r$": "BRL", "us$": "USD", "mx$": "MXN", "s/": "PEN", "s/.": "PEN", "₹": "INR", "£": "GBP",
         "€": "EUR", "₦": "NGN", "r": "ZAR", "₱": "PHP"}  # fmt: skip
NAMES = {
    "BRL": "reais|real|brl|contos?|pilas?|paus|pratas|reauzinhos?|realzinhos?",
    "INR": "rupees?|rupias|rupaye|rupay|rupiya|rs|inr",
    "USD": "dollars?|dolares|dolar|dolaritos|bux|usd|verdes",
    "GBP": "pounds?|quid|gbp|libras|pence|sterling|nicker",
    "EUR": "euros?|eur|euritos|eurillos|eurinhos|pavos",
    "PEN": "soles|sol(?:es|cito)s?|sol|pen",
    "NGN": "naira|ngn",
    "KES": "ksh|kes|shillings?|bob",
    "ZAR": "rands?|zar",
    "GHS": "cedis?|ghs",
    "PHP": "php",
    "MXN": "mxn|varos?",
    "ARS": "ars",
    "COP": "cop",
    "CLP": "clp",
    "UGX": "ugx",
    "TZS": "tzs|tsh",
    "PYG": "guaranies|guarani",
    "BOB": "bolivianos?",
    "GTQ": "quetzales|quetzal",
    "CRC": "colones",
    "HNL": "lempiras?",
}
OF_HOME = "pesos?|pesitos?|bucks?|mangos|lucas?|lukas?"  # the market says which, and what a luca is
NAME = re.compile("|".join(f"(?P<{code}>{names})" for code, names in NAMES.items()))
SIGN = r"r\$|us\$|mx\$|s/\.?|[$₹£€₦₱]|\brs\.?|\binr|\bksh|\bmxn|\bbrl|\bngn|\busd|\br(?=\d)"
MIL = r"(?: ?mil\b|k\b)"
UNIT = rf"(?:(?<=mil )de )?(?:{'|'.join(NAMES.values())}|{OF_HOME})\b"
BEHIND = r"r\$|us\$|[$₹£€₦₱]"
CENTS_TOO = rf"(?: (?:and |y |e |con )?(?P<cents>\d\d|{WORD}) ?(?:pence|p|cents?|centavos?|centimos?)\b)?"
NOT_ONE = r"(?<!\bni )(?<!\bnem )(?<!\bnot )(?<!\bsin )"  # "ni un sol" is no amount
AMOUNT = re.compile(
    rf"(?P<sign>{SIGN}) ?(?P<after>{FIGURE})(?P<k>{MIL})?(?![\d.,]*\d)(?: ?(?P<behind>{UNIT}))?"
    rf"|{NOT_ONE}\b(?P<before>{FIGURE}|{WORD})(?P<thousand>{MIL})? ?"
    rf"(?P<unit>{UNIT}|(?:{BEHIND})(?! ?\d)){CENTS_TOO}"
    rf"|(?P<shillings>\b{FIGURE})/-"
)

NOTE = re.compile(rf"(?:\b(?P<count>\d|{WORD}) )?\b(?P<note>fiver|tenner)s?\b")
NOTES = {"fiver": 5, "tenner": 10}

LEAST = 5  # fewer of what is paid are lines, months or friends, unless there are cents


def money_in(plain: str, setting: Setting) -> Iterator[Fact]:
    for match in NOTE.finditer(plain):
        count = number_of(match["count"]) if match["count"] else 1
        yield Fact("amount", short(Decimal(count * NOTES[match["note"]])), match.start(), match.end())
        yield Fact("currency", "GBP", match.start("note"), match.end())
    for match in AMOUNT.finditer(plain):
        unit = match["unit"] or match["behind"] or ""
        thousand = 1000 if match["k"] or match["thousand"] else _thousand(unit, setting.market)
        cents = number_of(match["cents"]).scaleb(-2) if match["cents"] else 0
        number = next(name for name in ("after", "before", "shillings") if match[name])
        end = max(match.end(name) for name in (number, "k", "thousand"))
        told = short(number_of(match[number]) * thousand + cents)
        yield Fact("amount", told, match.start(number), end)
        place = next((name for name in ("unit", "behind", "sign") if match[name]), None)
        if place:
            code = _currency(match["sign"] or unit, unit, setting.market) or match[place].strip()
            yield Fact("currency", code, match.start(place), match.end(place))
    for shape in (*SPENT, CENTS, RATE):
        for match in shape.finditer(plain):
            number = number_of(match["bare"]) * (1000 if match["mil"] else 1)
            if number >= LEAST or shape in (CENTS, RATE):
                yield Fact(
                    "amount", short(number), match.start("bare"), match.end("mil" if match["mil"] else "bare")
                )


def _thousand(unit: str, market: str) -> int:
    """A luca is a thousand, but one sol in Peru."""
    return 1000 if unit.startswith("lu") and market != "PE" else 1


def _currency(sign: str, unit: str, market: str) -> str | None:
    """Its code; none when only the market could tell and is not known."""
    named = NAME.fullmatch(unit.removeprefix("de "))
    if named and named.lastgroup:
        return named.lastgroup
    if sign.strip() in SIGNS:
        return SIGNS[sign.strip()]
    letters = sign.strip(". ").upper()
    if letters in ("INR", "MXN", "BRL", "NGN", "USD"):
        return letters
    if letters in ("RS", "KSH"):
        return {"RS": "INR", "KSH": "KES"}[letters]
    if "peso" in unit or "pesito" in unit:
        return HOME[market if market in PESOS else "MX"]
    return HOME.get(market)
