"""Plans by any of the names customers give them, misspelt or not."""

import re
from collections.abc import Iterator

from components.finding import Fact

GIGAS = r"[ -]?(?:gb|gigs?|gigas?|gigabytes?)\b"
MEGAS = r"[ -]?(?:mbps|mb|megas?)\b"
THE = r"(?:the|la de|el de|los de|las de|los|las|o de|a de|al de|ao de|de la de|pro de|pra de)"
PLAN = r"(?:plan|plano|plans|pack|paquete|pacote|tarifa)"
STARTER = r"e?st(?:a|e)?r?t?a?r?t(?:e|a|o)r|startr|esta[r]?ter"
UNLIMITED = r"unlimi?t+e?d|un-limited|ilimi?t?ad[oa]s?|limitless|s(?:in|em) limites?"
FIBRE = r"f[iy](?:b|v)(?:ra|er|re|r)"


def _sized(figures: str) -> str:
    """ "The 20 giga one", "20 GB plan", "la de 20", or nothing but "20 gb"."""
    return (
        rf"\b(?:{THE}|{PLAN}(?: de| of)?|to) (?:{figures})"
        rf"(?:{GIGAS}|\b(?![.,/-]?\d| ?(?:mb|mega|de |pesos|reais)))"
        rf"|\b(?:{figures}){GIGAS}(?= (?:{PLAN}|one)\b)|^(?:{figures})(?:{GIGAS})?[.! ]*$"
    )


def _fibre(speed: str) -> str:
    return (
        rf"\b{FIBRE}(?: optica)?(?: de)? ?{speed}\b|\b{speed} (?:de )?{FIBRE}\b|\b{speed} ?mbps\b"
        rf"|\b(?:{THE}|{PLAN}(?: de| of)?) {speed}(?:{MEGAS}|\b(?! ?\w))"
        rf"|\b{speed}(?:{MEGAS})? (?:{PLAN}|one)\b"
        rf"|^{speed}(?:{MEGAS})?[.! ]*$"
    )


PLANS = {
    "starter-5gb": rf"\b(?:{STARTER})\b(?: 5 ?gb)?|{_sized('5|five|cinco')}",
    "plus-20gb": r"\bplus+ 20 ?(?:gb|gigas?)?"
    r"|\b(?:the|el|la|al|o|ao|a|to|on|plan|plano|pack|quiero|quero|want) "
    rf"(?:plus+|plas)\b|\bplus+ (?:plan|please|pls)\b|^\W*plus+\W*$|{_sized('20|twenty|veinte|vinte')}",
    "max-unlimited": r"(?<!pro )(?<!hbo )\b(?:max+|maks)\b(?! (?:speed|out|velocidad\w*))(?: unlimited)?"
    rf"|(?<!dia )\b(?:{UNLIMITED})\b"
    r"(?! (?:calls?|minutes|min|texts?|sms|day|llamadas|minutos|chamadas|ligacoes))",
    "family-share": rf"\bfami?l+y(?: share| plan)|\b(?:{PLAN}|the|el|la|al|o|a|ao|quiero|quero) "
    r"(?:fami?l+y|familia(?:r|res)?)\b|^\W*(?:fami?l+y|familiar?)\W*$",
    "fibra-300": _fibre("300"),
    "fibra-600": _fibre("600"),
    "tv-mix": r"\btv[ -]?(?:mix|mics|mixx)\b|\bmix (?:de )?tv\b",
}
NAMED = {code: re.compile(pattern) for code, pattern in PLANS.items()}


def plans_in(plain: str) -> Iterator[Fact]:
    for code, pattern in NAMED.items():
        for match in pattern.finditer(plain):
            yield Fact("plan_name", code, match.start(), match.end())
