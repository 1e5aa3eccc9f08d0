"""Which month's bill she speaks of: "la factura de marzo", "my October bill", "la del mes pasado"."""

import re
from datetime import date

from actions.amounts import folded

NAMES = (
    "january jan enero ene janeiro",
    "february feb febrero fevereiro fev",
    "march mar marzo marco",
    "april apr abril abr",
    "may mayo maio",
    "june jun junio junho",
    "july jul julio julho",
    "august aug agosto ago",
    "september sept sep septiembre setiembre setembro set",
    "october oct octubre outubro out",
    "november nov noviembre novembro",
    "december dec diciembre dic dezembro dez",
)
MONTHS = {name: month for month, names in enumerate(NAMES, 1) for name in names.split()}
ALSO_WORDS = {"may", "march", "mar", "jan", "set", "out", "sep", "ago", "ene", "dec", "dic", "abr"}
LAST = re.compile(r"\b(?:mes pasado|mes anterior|mes passado|ultimo mes|last month|previous month)\b")
POINTS = re.compile(
    r"(?:de|do|da|del|from|in|for|en|em|mes|month|factura|fatura|bill|recibo|boleta|conta|invoice)$"
)


def month_said(text: str, today: date) -> str | None:
    """A day of that month as 2026-03-01; the latest one that has begun. None when none is named."""
    words = re.findall(r"[a-z0-9]+", folded(text))
    said = " ".join(words)
    if LAST.search(said):
        year, month = (today.year - 1, 12) if today.month == 1 else (today.year, today.month - 1)
        return date(year, month, 1).isoformat()
    for place, word in enumerate(words):
        month = MONTHS.get(word)
        if month and (word not in ALSO_WORDS or _points(words, place)):
            year = _year(words[place + 1 : place + 3]) or today.year - (month > today.month)
            return date(year, month, 1).isoformat()
    return None


def _points(words: list[str], place: int) -> bool:
    """A short or ambiguous word is a month only where one is expected: "the may bill", "de mar"."""
    around = [*words[max(0, place - 1) : place], *words[place + 1 : place + 2]]
    return any(POINTS.fullmatch(word) for word in around)


def _year(words: list[str]) -> int | None:
    found = next((word for word in words if re.fullmatch(r"20[2-9]\d", word)), None)
    return int(found) if found else None
