"""Dates as customers write them, told as 2026-05-05."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from components.finding import Fact, Setting

_MONTHS = (
    "january jan enero janeiro ene|february feb febrero fevereiro fev|march mar marzo marco"
    "|april apr abril abr|may mayo maio|june jun junio junho|july jul julio julho"
    "|august aug agosto ago|september sept sep septiembre setiembre setembro set"
    "|october oct octubre outubro out|november nov noviembre novembro|december dec diciembre dezembro dic dez"
)
MONTHS = {name: at + 1 for at, names in enumerate(_MONTHS.split("|")) for name in names.split()}
_DAYS = (
    "monday lunes segunda-feira|tuesday martes terca-feira terca|wednesday miercoles quarta-feira"
    "|thursday jueves quinta-feira|friday viernes sexta-feira sexta|saturday sabado|sunday domingo"
)
DAYS = {name: at for at, names in enumerate(_DAYS.split("|")) for name in names.split()}
NEAR = {
    "day after tomorrow": 2, "pasado manana": 2, "depois de amanha": 2, "tomorrow": 1, "tmrw": 1,
    "manana": 1, "amanha": 1, "today": 0, "hoy": 0, "hoje": 0, "yesterday": -1, "ayer": -1, "ontem": -1,
    "anteayer": -2, "antier": -2, "anteontem": -2,
}  # fmt: skip


def _any(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


YEAR = r"(?:,? (?:de |del |of )?(?P<year>20\d\d))?"
SHAPES = [
    re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(r"(?<![\d/.-])(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>(?:20)?\d\d)(?![\d/-])"),
    re.compile(r"(?<![\d/.-])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\d/-])"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|º|o)? ?(?:de |of |-)?(?P<named>{_any(MONTHS)})\b{YEAR}"),
    re.compile(rf"\b(?P<named>{_any(MONTHS)})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?! ?gb){YEAR}"),
    re.compile(r"\b(?:primero|1o|primeiro) de (?P<first>[a-z]+)\b"),
]
RELATIVE = re.compile(rf"(?<!\bla )(?<!\besta )(?<!\bbuena )(?<!\bde )\b(?P<near>{_any(NEAR)})\b")
WEEKDAY = re.compile(
    rf"(?P<past>\blast |\bpast )?\b(?P<weekday>{_any(DAYS)})\b(?P<gone> pasad[oa]| passad[oa])?"
)
OF_MONTH = re.compile(
    r"\b(?:the|on|el dia|dia|el) (?P<day>[12]?\d|3[01])(?P<th>st|nd|rd|th)?\b(?! ?[\w$/.,%:]*\d)"
)


def dates_in(plain: str, setting: Setting) -> Iterator[Fact]:
    for number, shape in enumerate(SHAPES):
        for match in shape.finditer(plain):
            yield from _fact(match, _written(match, setting, swaps=number in (1, 2)))
    for match in RELATIVE.finditer(plain):
        yield from _fact(match, setting.today + timedelta(days=NEAR[match["near"]]))
    for match in WEEKDAY.finditer(plain):
        yield from _fact(match, _weekday(match, setting.today))
    for match in OF_MONTH.finditer(plain):
        if match["th"] or "dia" in match[0]:
            yield from _fact(match, _next_of_month(int(match["day"]), setting.today))


def _fact(match: re.Match[str], day: date | None) -> Iterator[Fact]:
    if day:
        yield Fact("date", day.isoformat(), match.start(), match.end())


def _written(match: re.Match[str], setting: Setting, *, swaps: bool) -> date | None:
    parts = match.groupdict()
    day = int(parts.get("day") or 1)
    name = parts.get("named") or parts.get("first")
    month = MONTHS.get(name, 0) if name else int(parts["month"])
    if swaps and (month > 12 or (setting.market == "US" and day <= 12)):
        day, month = month, day
    year = parts.get("year")
    if year:
        return _date(int(year) % 100 + 2000, month, day)
    near = [_date(setting.today.year + more, month, day) for more in (-1, 0, 1)]
    return min((d for d in near if d), key=lambda d: abs(d - setting.today), default=None)


def _weekday(match: re.Match[str], today: date) -> date:
    """The next one; the one before when she says "last" or "pasado"."""
    ahead = (DAYS[match["weekday"]] - today.weekday()) % 7 or 7
    return today + timedelta(days=ahead - 7 if match["past"] or match["gone"] else ahead)


def _next_of_month(day: int, today: date) -> date | None:
    months = [divmod(today.year * 12 + today.month - 1 + more, 12) for more in range(3)]
    found = (_date(year, month + 1, day) for year, month in months)
    return next((d for d in found if d and d >= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
