"""For how many days she travels: "6 días en Dubai", "a week", "del 10 al 20 de julio"."""

import re
from dataclasses import dataclass
from datetime import date

from actions.plain import plain
from actions.tasks.question import Question
from actions.turn import Turn
from components.numbers import NAMED

UNITS = {
    "day": 1, "dia": 1, "night": 1, "noche": 1, "noite": 1, "week": 7, "semana": 7, "fortnight": 14,
    "quincena": 15, "quinzena": 15, "month": 30, "mes": 30,
}  # fmt: skip
# "In two weeks" is when, not for how long.
_LONG = rf"(\d{{1,3}}|a|{'|'.join(NAMED)}) ({'|'.join(UNITS)})(?:e?s)?"
SPAN = re.compile(
    rf"(?<!\bin )(?<!\ben )(?<!\bem )(?<!\bdentro de )(?<!\bdaqui a )"
    rf"\b{_LONG}\b"
)
# "O de 15 dias", "the one week pack": how long a pack lasts, not how long she goes.
LASTING = re.compile(
    rf"\b(?:o|el|la|a|ese|esse|este)(?: (?:paquete|pacote|pack))? de {_LONG}\b"
    rf"|\bthe {_LONG} (?:one|packs?|wala|bundle)\b"
)
# "That is only 7 days?": so does what was told of it.
OF_THE_PACK = re.compile(
    r"\b(?:that|it|this|eso|ese|este|isso|esse|o pacote|el paquete|the pack)(?: (?:one|only|just|solo|so))?"
    rf" (?:is|s|lasts?|are|es|e|son|sao|dura|vale)(?: (?:only|just|solo|so|nomas|apenas|por|for))* {_LONG}\b"
)
# "I stay 12", of what she does a bare figure is enough.
STAYS = re.compile(
    r"\b(?:stay\w*|(?:me|nos) (?:voy a )?qued\w+|fic(?:o|amos|arei|ar|aremos)|estar(?:e|ei|emos))"
    r"(?: (?:for|por|there|alla|ahi|la|uns|unos|about|like|como))* (\d{1,2})"
    r"(?! (?:gb|gigas?|mb|week|semana|mes|month|night|noche|noite|de|to|a|ate|al|till|until|ou|or)|\d)\b"
)
# How long is too long, or when it is done: "one day before the flight".
NO_STAY = re.compile(
    r" (?:(?:\w+ ){0,3}(?:too (?:much|many|long|few|short)|not enough|mucho|demasiado|muito|demais|poco|pouco"
    r"|(?:no|nao) (?:(?:me|le|nos) )?(?:alcanz\w+|bast\w+|cheg\w+|d[ae]))"
    r"|before|antes|ago|after|later)\b"
)


@dataclass(frozen=True)
class DaysAway(Question):
    """As she says it now, or said it when she asked about the country."""

    def mentioned(self, turn: Turn) -> str | None:
        told = turn.told or {}
        before = told["answers"].get(self.slot) if told.get("task") == "roaming_info" else None
        pressed, dates = super().mentioned(turn), turn.entity("date") or ""
        said = OF_THE_PACK.sub(" ", LASTING.sub(" ", plain(turn.text)))
        return pressed or _between(dates) or _stay(said) or _span(said) or before


def lasting(said: str) -> str | None:
    """For how many days the pack is good that she calls so."""
    found = LASTING.search(said)
    return _days(*filter(None, found.groups())) if found else None


def _stay(said: str) -> str | None:
    found = STAYS.search(said)
    return found[1] if found else None


def _span(said: str) -> str | None:
    """What is too long for her is not how long she goes."""
    found = next((each for each in SPAN.finditer(said) if not NO_STAY.match(said, each.end())), None)
    if found is None:
        return None
    return _days(*found.groups())


def _days(count: str, unit: str) -> str:
    times = int(count) if count.isdigit() else NAMED.get(count, 1)
    return str(times * UNITS[unit])


def _between(dates: str) -> str | None:
    """Of two dates, with the last day."""
    since, _, until = dates.partition("/")
    if not until:
        return None
    return str((date.fromisoformat(until) - date.fromisoformat(since)).days + 1)
