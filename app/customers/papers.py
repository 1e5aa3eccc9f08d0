"""Identity papers: which a market takes, and whether a number can be one at all. Pure."""

from datetime import date
from enum import StrEnum

from stdnum.br import cpf
from stdnum.exceptions import ValidationError
from stdnum.in_ import aadhaar, pan
from stdnum.mx import curp

from app.core.errors import Invalid
from app.core.i18n import lazy


class PaperKind(StrEnum):
    AADHAAR = "aadhaar"
    PAN = "pan"
    CPF = "cpf"
    CURP = "curp"
    PASSPORT = "passport"


class BadPaper(Invalid):
    code = "bad_paper"
    message = lazy("This is not the number of such a paper. Please check it.")


class PaperNotTaken(Invalid):
    code = "paper_not_taken"
    message = lazy("This kind of paper is not accepted here.")


class PaperExpired(Invalid):
    code = "paper_expired"
    message = lazy("This paper has expired. Please ask for a valid one.")


_TAKEN = {
    "IN": (PaperKind.AADHAAR, PaperKind.PAN, PaperKind.PASSPORT),
    "BR": (PaperKind.CPF, PaperKind.PASSPORT),
    "MX": (PaperKind.CURP, PaperKind.PASSPORT),
}
_RULES = {
    PaperKind.AADHAAR: aadhaar,
    PaperKind.PAN: pan,
    PaperKind.CPF: cpf,
    PaperKind.CURP: curp,
}
_MRZ_LINE = 44
_WEIGHTS = (7, 3, 1)


def taken_in(market_code: str) -> tuple[PaperKind, ...]:
    """What this market accepts, the usual one first; a passport everywhere."""
    return _TAKEN.get(market_code, (PaperKind.PASSPORT,))


def checked(kind: PaperKind, number: str, market_code: str, *, on: date) -> str:
    """The number as it is kept: no spaces or signs, upper case. `on` is today in the market.

    A passport is given by its machine-readable zone (two lines of 44) or by the second line of
    it. Raises PaperNotTaken, BadPaper (the digits that check the others must be right),
    PaperExpired.
    """
    if kind not in taken_in(market_code):
        raise PaperNotTaken(paper=kind.value)
    if not number.isascii():
        raise BadPaper(paper=kind.value)
    if kind is PaperKind.PASSPORT:
        return _passport(number, on)
    try:
        kept = str(_RULES[kind].validate(number.strip().upper()))
    except ValidationError as error:
        raise BadPaper(paper=kind.value) from error
    if len(set(kept)) == 1:  # its check digits are right, and nobody is given it
        raise BadPaper(paper=kind.value)
    return kept


def _passport(zone: str, on: date) -> str:
    """ICAO 9303, TD3: number, birth, expiry, personal number and the whole are checked."""
    signs = "".join(zone.split()).upper()
    line = signs[-_MRZ_LINE:]
    known = len(signs) in {_MRZ_LINE, 2 * _MRZ_LINE} and all(
        sign.isdigit() or "A" <= sign <= "Z" or sign == "<" for sign in signs
    )
    if not known or (len(signs) > _MRZ_LINE and not signs.startswith("P")):
        raise BadPaper(paper="passport")
    whole = line[:10] + line[13:20] + line[21:43]
    parts = [(line[:9], line[9]), (line[13:19], line[19]), (line[21:27], line[27])]
    personal = line[28:42]
    if personal.strip("<") or line[42] != "<":
        parts.append((personal, line[42]))
    if any(mrz_digit(part) != digit for part, digit in [*parts, (whole, line[43])]):
        raise BadPaper(paper="passport")
    if _day(line[21:27], near=on) < on:
        raise PaperExpired(paper="passport")
    return line[:9].rstrip("<")


def _day(digits: str, *, near: date) -> date:
    """YYMMDD in the century that brings it within fifty years of `near`. Raises BadPaper."""
    try:
        year = int(digits[:2]) + near.year // 100 * 100
        if year > near.year + 50:
            year -= 100
        elif year < near.year - 50:
            year += 100
        return date(year, int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise BadPaper(paper="passport") from None


def mrz_digit(part: str) -> str:
    """The check digit of a field: values times 7, 3, 1, modulo 10; letters from A = 10."""
    values = (0 if sign == "<" else int(sign, 36) for sign in part)
    return str(sum(value * _WEIGHTS[i % 3] for i, value in enumerate(values)) % 10)
