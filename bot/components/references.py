"""Facts that are told by their own shape: case and bill numbers, addresses, SIM cards, volumes."""

import re
from collections.abc import Iterator
from decimal import Decimal

from components.finding import Fact, Setting
from components.numbers import FIGURE, WORD, number_of, short

TICKET = re.compile(r"\btt[ -]?(?P<year>20\d\d)(?:[ -]?(?P<number>\d{6})|[ -](?P<bare>\d{1,5}))\b")
CASE = re.compile(
    r"\b(?:ticket|case|caso|chamado|protocolo|reporte|folio(?! \d{5}\b)|reclamo|sr|complaint|docket|queja"
    r"|incident|incidencia|reclamacao|reclamacion|solicitud|solicitacao)"
    r"(?: (?:number|numero|num|no|nro|n|id))?[ .:#°º]{0,3}(?P<number>\d{4,12})\b"
)
OURS = 6  # figures that a case of ours has after its year
INVOICE = re.compile(r"\binv[ -]?(?P<market>[a-z]{2})[ -]?(?P<year>\d{4})[ -]?(?P<number>\d{6})\b")
EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w\b")
SIGNS = {
    "punto": ".", "ponto": ".", "dot": ".", "guion bajo": "_", "underline": "_", "underscore": "_",
    "guion": "-", "traco": "-", "dash": "-", "hyphen": "-",
}  # fmt: skip
SIGN = re.compile(rf" ?\b({'|'.join(SIGNS)})\b ?")
SPOKEN = re.compile(
    rf"\b(?P<who>[\w.+-]+(?: (?:{'|'.join(SIGNS)}) [\w+-]+)*) (?:arroba|at) "
    r"(?P<where>[\w-]+(?: ?(?:punto|ponto|dot) ?[\w-]+)+)\b"
)
ICCID = re.compile(r"(?<!\d)89(?:[ -]?\d){16,18}(?!\d)")
VOLUME = re.compile(
    r"(?<!\bni )(?<!\bnem )(?<!\bnot )"
    rf"\b(?P<number>{FIGURE}|{WORD}|half|medi[oa]|mei[oa])(?: more| extra)? ?"
    r"(?P<unit>gbs?|gigabytes?|gigabites?|gigs?|gigas?|gigui(?:nh|t)as?|gigazinh[oa]s?|jigas?|guigas?|tb|teras?"
    r"|mbs?|megabytes?|megas?)\b(?P<half> y medi[oa]| e mei[oa])?"
)
UNITS = {"m": "MB", "t": "TB"}
HALF = Decimal("0.5")


def references_in(plain: str, setting: Setting) -> Iterator[Fact]:
    for match in TICKET.finditer(plain):
        number = (match["number"] or match["bare"]).zfill(OURS)
        yield Fact("ticket_number", f"TT-{match['year']}-{number}", match.start(), match.end())
    for match in CASE.finditer(plain):
        number = match["number"]
        ours = len(number) == OURS
        yield Fact(
            "ticket_number",
            f"TT-{setting.today.year}-{number}" if ours else number,
            match.start(),
            match.end(),
        )
    for match in INVOICE.finditer(plain):
        value = f"INV-{match['market'].upper()}-{match['year']}-{match['number']}"
        yield Fact("invoice_number", value, match.start(), match.end())
    for match in EMAIL.finditer(plain):
        yield Fact("email", match[0], match.start(), match.end())
    for match in SPOKEN.finditer(plain):
        value = f"{_signed(match['who'])}@{_signed(match['where'])}"
        yield Fact("email", value, match.start(), match.end())
    for match in ICCID.finditer(plain):
        yield Fact("iccid", re.sub(r"\D", "", match[0]), match.start(), match.end())


def _signed(spoken: str) -> str:
    return SIGN.sub(lambda said: SIGNS[said[1]], spoken)


def volumes_in(plain: str) -> Iterator[Fact]:
    for match in VOLUME.finditer(plain):
        half = match["number"] in ("half", "medio", "media", "meio", "meia")
        number = HALF if half else number_of(match["number"])
        told = short(number + HALF if match["half"] else number)
        unit = UNITS.get(match["unit"][0], "GB")
        yield Fact("data_volume", f"{told} {unit}", match.start(), match.end())
