"""Dates as customers write them, told as 2026-05-05."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from components.finding import Fact, Setting, any_of

_MONTHS = (
    "january jan enero janeiro ene|february feb febrero fevereiro fev|march mar marzo marco"
    "|april apr abril abr|may mayo maio|june jun junio junho|july jul julio julho"
    "|august aug agosto ago|september sept sep septiembre setiembre setembro set"
    "|october oct octubre outubro out|november nov noviembre novembro"
    "|december dec diciembre dezembro dic dez"
)
MONTHS = {name: at + 1 for at, names in enumerate(_MONTHS.split("|")) for name in names.split()}
_DAYS = (
    "monday lunes segunda-feira|tuesday martes terca-feira terca tues|wednesday miercoles quarta-feira weds"
    "|thursday jueves quinta-feira thurs|friday viernes sexta-feira sexta|saturday sabado|sunday domingo"
)
DAYS = {name: at for at, names in enumerate(_DAYS.split("|")) for name in names.split()}
_SHORT_DAYS = (
    "mon segunda lun|tue|wed quarta mie|thu quinta jue|fri vie|sat sab|sun dom"  # are other words elsewhere
)
SHORT_DAYS = {name: at for at, names in enumerate(_SHORT_DAYS.split("|")) for name in names.split()}
NEAR = {
    "day after tomorrow": 2, "pasado manana": 2, "depois de amanha": 2, "tomorrow": 1, "tmrw": 1,
    "tomorow": 1, "tommorow": 1, "tomoro": 1, "2moro": 1, "2morrow": 1, "tmr": 1,
    "tommorrow": 1, "tomorrw": 1, "tmro": 1, "tomrw": 1, "2mrw": 1, "manyana": 1,
    "amnh": 1, "amnha": 1, "tdy": 0, "2dy": 0, "yday": -1, "yest": -1, "ystrday": -1, "ystrdy": -1,
    "yesterdy": -1, "yesturday": -1, "ydy": -1, "aier": -1, "ontm": -1, "onten": -1, "onte": -1,
    "manana": 1, "amanha": 1, "amanhan": 1, "mnn": 1, "today": 0, "2day": 0,
    "hoy": 0, "oy": 0, "hoje": 0, "hj": 0,
    "yesterday": -1, "ayer": -1, "ontem": -1, "antes de ontem": -2, "antes de ayer": -2,
    "anteayer": -2, "antier": -2, "anteontem": -2,
}  # fmt: skip
_ORDINALS = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
    " twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth"
    " twenty-seventh twenty-eighth twenty-ninth thirtieth"
)
ORDINALS = {name: at + 10 for at, name in enumerate(_ORDINALS.split())}


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
_TO = r"(?:st|nd|rd|th)?(?: ?- ?| (?:to|a|al|ao|ate|hasta|until|till|through|and|y|e) )"
SPANS = [
    re.compile(
        rf"\b(?P<since>\d{{1,2}}){_TO}(?P<day>\d{{1,2}})(?:st|nd|rd|th)? ?(?:de |of )?"
        rf"(?P<named>{_any(MONTHS)})\b{YEAR}"
    ),
    re.compile(
        rf"\b(?P<named>{_any(MONTHS)})\.? (?P<since>\d{{1,2}}){_TO}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
        rf"(?! ?gb){YEAR}"
    ),
]
RELATIVE = re.compile(
    rf"(?<!\bla )(?<!\besta )(?<!\bbuena )(?<!\bde )\b(?P<near>{_any(NEAR)})\b(?! (?:em|en) dia\b)"
    r"|(?<=\bde )(?P<of>hoy|hoje|ayer|ontem|today)\b"
)
AFTER_DAY = any_of(
    """a_noite de_manha e que q as o eu nao passada and i at the dura tem feira vou meu minha
    morning night evening afternoon mesmo mas so se sem sin pra para com de por ate pelo cedo tarde ainda ja
    no na em porque pq vcs voces tenho preciso before after but so please pls to in for
"""
)
BEFORE_DAY = (
    "on|this|next|el|este|na|de|da|toda|ate|pra|desde|essa|nesta|proxima|a|as"
    "|paguei|pagar|pago|embarco|viajo|chego|recebo|recebi|abri|liguei"
)
WEEKDAY = re.compile(
    rf"(?P<past>\blast |\bpast )?\b(?P<weekday>{_any(DAYS)})\b(?P<gone> pasad[oa]| passad[oa])?"
    rf"|\b(?P<past2>last |past )?(?:{BEFORE_DAY}) "
    rf"(?P<short>{_any(SHORT_DAYS)})\b(?P<gone2> passada)?(?= ?(?:[-,.;:!?)]|$)| (?:{AFTER_DAY})\b)"
)
NOT_A_TURN = (
    r"(?! (?:time|floor|street|line|gen|month|day|attempt|call|person|year|century|birthday|one|avenue)\b)"
)
OF_MONTH = re.compile(
    r"(?<!quiero )(?<!mejor )(?<!dame )\bel (?P<el>[12]?\d|3[01])"
    r"(?= (?:y|que|q|de cada|del mes|me|se|pero|quiero|para|pa|por|en|tengo|hasta|a|no)\b|[,;!?]|\.(?!\d))"
    r"|\b(?:llega|vence|corte es|pagare|pago|cobro|pagan|depositan|viajo|vuelo|salgo|viene|vienen)"
    r"(?: para| hasta)? (?P<due>el (?P<due_day>[12]?\d|3[01]))(?=[?!. ]*$)"
    r"|\b(?:the|el dia|dia) (?P<day>[12]?\d|3[01])(?P<th>st|nd|rd|th)?\b(?! ?[\w$/.,%:]*\d)"
    + NOT_A_TURN
    + r"|(?<![\d.,])\b(?P<nth>[12]?\d|3[01])(?:st|nd|rd|th)\b"
    + NOT_A_TURN
    + rf"|\bthe (?P<ordinal>{_any(ORDINALS)})\b"
    + NOT_A_TURN
)
_WHOLE = {name: month for name, month in MONTHS.items() if len(name) > 3 and name != "sept"}
_NAMES_TOO = (
    "may|march|marco|julio|mayo|maio|abril|august|agosto|junho|julho"  # people and verbs are so called
)
MONTH = re.compile(
    rf"\b(?P<month>{_any({n: m for n, m in _WHOLE.items() if not re.fullmatch(_NAMES_TOO, n)})})\b{YEAR}"
    r"|\b(?:in|since|for|of|until|till|by|from|to|last|next|during|en|de|desde|hasta|a|al|del|para|em"
    r"|ate|pra|e|mes de|y)"
    rf" (?P<called>{_NAMES_TOO})\b(?! i\b)" + YEAR.replace("year", "year2")
)
BETWEEN = re.compile(r"(?P<link> ?- ?| to | a | al | ate | hasta | until | through | till )")


def dates_in(plain: str, setting: Setting) -> Iterator[Fact]:
    """Days, months and spans of them; the surer shape first."""
    apart: list[Fact] = []
    for fact in (*_spans(plain, setting), *_each(plain, setting)):
        if not any(fact.overlaps(other) for other in apart):
            apart.append(fact)
    yield from _joined(apart, plain)


def _each(plain: str, setting: Setting) -> Iterator[Fact]:
    for number, shape in enumerate(SHAPES):
        for match in shape.finditer(plain):
            yield from _fact(match, _written(match, setting, swaps=number in (1, 2)))
    for match in RELATIVE.finditer(plain):
        yield from _fact(match, setting.today + timedelta(days=NEAR[match["near"] or match["of"]]))
    for match in WEEKDAY.finditer(plain):
        yield from _fact(match, _weekday(match, setting.today), "short" if match["short"] else 0)
    for match in OF_MONTH.finditer(plain):
        yield from _fact(match, _of_month(match, setting.today), "due" if match["due"] else 0)
    for match in MONTH.finditer(plain):
        place = "month" if match["month"] else "called"
        month = _month(MONTHS[match[place]], match["year"] or match["year2"], setting.today)
        yield Fact("date", month, match.start(place), match.end())


def _spans(plain: str, setting: Setting) -> Iterator[Fact]:
    """From one day to another of the same month: "del 10 al 20 de julio"."""
    for shape in SPANS:
        for match in shape.finditer(plain):
            until = _written(match, setting, swaps=False)
            since = until and _date(until.year, until.month, int(match["since"]))
            if since:
                yield Fact("date", f"{since}/{until}", match.start(), match.end())


def _joined(facts: list[Fact], plain: str) -> list[Fact]:
    """From one day or month to another is one date, told as 2026-04/2026-06."""
    joined: list[Fact] = []
    for fact in sorted(facts, key=lambda each: each.start):
        last = joined[-1] if joined else None
        if last and BETWEEN.fullmatch(plain[last.end : fact.start]) and "/" not in last.value:
            joined[-1] = Fact("date", f"{last.value}/{fact.value}", last.start, fact.end)
        else:
            joined.append(fact)
    return joined


def _fact(match: re.Match[str], day: date | None, place: str | int = 0) -> Iterator[Fact]:
    if day:
        yield Fact("date", day.isoformat(), match.start(place), match.end())


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
    day = DAYS[match["weekday"]] if match["weekday"] else SHORT_DAYS[match["short"]]
    ahead = (day - today.weekday()) % 7 or 7
    gone = match["past"] or match["gone"] or match["past2"] or match["gone2"]
    return today + timedelta(days=ahead - 7 if gone else ahead)


def _of_month(match: re.Match[str], today: date) -> date | None:
    """ "The 15th", "dia 10", "el 30,", "the fifteenth"; a bare "el 20" may be a plan."""
    if match["day"] and not (match["th"] or "dia" in match[0]):
        return None
    day = ORDINALS.get(match["ordinal"]) or int(
        match["day"] or match["nth"] or match["el"] or match["due_day"]
    )
    months = [divmod(today.year * 12 + today.month - 1 + more, 12) for more in range(3)]
    found = (_date(year, month + 1, day) for year, month in months)
    return next((d for d in found if d and d >= today), None)


def _month(month: int, year: str | None, today: date) -> str:
    """A whole month, the nearest one of its name: 2026-10."""
    months = [today.year * 12 + today.month - 1 + more for more in range(-9, 3)]
    at = next(each for each in months if each % 12 + 1 == month)
    return f"{year or at // 12}-{month:02d}"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
