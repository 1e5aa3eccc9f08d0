"""Telephone numbers, by the market they are dialled in: +52 55 1234 5678 and 55 1234 5678 are one."""

import re
from collections.abc import Iterator

from components.finding import Fact, Setting

GAP = r"(?:[ .-]|\) ?| \()?"
WRITTEN = re.compile(rf"(?<!\d)(?<!\d[ .-])(?:\+|00)?\(?\d{GAP}(?:\d{GAP}){{7,12}}\d(?![ .-]?\d)")
FIXED = re.compile(r"(?<![\d-])\d{3,4}-\d{4}(?![\d-])")  # a fixed line, without its area
DIALLED = {  # country code, digits without it
    "MX": ("52", (10,)), "BR": ("55", (10, 11)), "IN": ("91", (10,)), "AR": ("54", (10,)),
    "CO": ("57", (10,)), "PE": ("51", (9,)), "CL": ("56", (9,)), "US": ("1", (10,)), "GB": ("44", (10,)),
    "NG": ("234", (10,)), "KE": ("254", (9,)), "ZA": ("27", (9,)), "GH": ("233", (9,)), "PH": ("63", (10,)),
}  # fmt: skip


def phones_in(plain: str, setting: Setting) -> Iterator[Fact]:
    for match in WRITTEN.finditer(plain):
        digits = re.sub(r"\D", "", match[0])
        if 9 <= len(digits) <= 14:
            number = international(match[0], setting.market)
            yield Fact("phone_number", number, match.start(), match.end())
    for match in FIXED.finditer(plain):
        yield Fact("phone_number", match[0].replace("-", ""), match.start(), match.end())


def international(written: str, market: str) -> str:
    """+ and all digits when the market tells which; else the digits alone."""
    digits = re.sub(r"\D", "", written)
    if written.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    code, lengths = DIALLED.get(market, ("", ()))
    at_home = digits.removeprefix("0")
    if len(at_home) in lengths:
        return f"+{code}{at_home}"
    if code and digits.startswith(code) and len(digits) - len(code) in lengths:
        return f"+{digits}"
    return digits
