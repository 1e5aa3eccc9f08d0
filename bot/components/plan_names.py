"""Plans by any of the names customers give them, misspelt or not."""

import re
from collections.abc import Iterator

from components.finding import Fact, any_of

GIGAS = r"[ -]?(?:gb|gigs?|gigas?|gigabytes?)\b"
MEGAS = r"[ -]?(?:mbps|mb|megas?)\b"
_THE = (
    "la_de el_de los_de las_de o_de a_de al_de ao_de de_la_de pro_de pra_de pela_de pelo_de del_de do_de"
    " da_de no_de na_de un_de uno_de una_de um_de uma_de"
    " ese_de esa_de este_de esta_de esse_de essa_de aquel_de aquella_de aquele_de aquela_de"
)
THE = rf"(?:{any_of(_THE)})"
BARE = (
    r"(?:la de|el de|al de|a la de|de la de|o de|a de|ao de|pro de|pra de|pela de|pelo de|to the|to"
    r"|es(?:t|s)?[aeo] de|aquel(?:e|a|la)? de)"
)
RAISE = any_of(
    r"""sub[aei]\w* sobe sobir baj\w* baix\w* pas[ae]\w* mud[ae]\w* troc\w+ troqu\w+ cambi\w+
    bump(?:_me)?(?:_up)? upgrade downgrade"""
)
SPENT = (  # the volume of a pack, not a plan
    r"(?! (?:already|yet|i|u|you|that|which|extra|more|left|add|boost|bundle|bolt|top|pack|roll\w*|valid"
    r"|expire\w*|carry)\b)"
)
PLAN = r"(?:plan|plano|plans|tarifa)"
OFFERED = "deal|offer|contract|tariff|package"
STARTER = r"e?st(?:a|e)?r?t?a?r?t(?:e|a|o)r|startr|esta[r]?ter"
UNLIMITED = r"no[ -]limits?|unlimi?t+e?d|un-limited|ilimi?t?ad[oa]s?|limitless|s(?:in|em) limites?"
# "Aquele que não acaba", "the one that never runs out".
ENDLESS = (
    r"(?:one|something|plan\w*|alg[ou]n?|un[oa]?|um|el|la|o|a|ese|esa|esse|essa|a[qk]u?el\w*)"
    r" (?:that|which|que|q)"
    r" (?:does ?n.?t|does not|don.?t|never|won.?t|will not|no|nao|n|nunca) (?:(?:se|me|te|le|lhe) )*"
    r"(?:acab\w+|termin\w+|agot\w+|finish\w*|ends?|runs? out)"
)
FIBRE = r"f[iy](?:b|v)(?:ra|er|re|r)"
AT_HOME = re.compile(
    rf"\b(?:{FIBRE}|internet|wi-?fi|modem|router|roteador|cabo|cable|casa|speed ?test|teste"
    r"|velocidade?|mbps|banda larga|broadband)\b"
)
OF_ELSE = any_of(
    r"""pesos soles reais rupees dollars naira bucks lucas mil\b dias days people personas pessoas a_las
    lineas lines"""
)


def _sized(figures: str, words: str) -> str:
    """ "The 20 giga one", "20 GB plan", "la de 20", "con 20 gigas", or nothing but "20 gb"."""
    any_of = f"{figures}|{words}"
    return (
        rf"\b(?:{THE}|{PLAN}(?: de| of)?|to) (?:{any_of}){GIGAS}"
        rf"|\bthe (?:{any_of}){GIGAS}{SPENT}"
        rf"|\b(?:{BARE}|{PLAN}(?: de| of)?) (?:{figures})\b(?![.,/-]?\d| ?(?:mb|mega|de |{OF_ELSE}))"
        rf"|\b(?:{RAISE}) (?:a|al|para|pra|pro) (?:{figures})(?:{GIGAS})?\b"
        rf"(?![.,/-]?\d|%| ?(?:mb|mega|de |min|{OF_ELSE}))"
        rf"|\b(?:la de|el de|o de|ao de|{PLAN} de) (?:{words})\b(?! (?:{OF_ELSE}))"
        rf"|\b(?:{any_of}){GIGAS}(?= (?:{PLAN}|one|wal[ai]|{OFFERED})\b)|^(?:{any_of})(?:{GIGAS})?[.! ]*$"
    )


def _fibre(speed: str) -> str:
    return (
        rf"\b{FIBRE}(?: optica)?(?: de)? ?{speed}\b|\b{speed} (?:de )?{FIBRE}\b|\b{speed} ?mbps\b"
        rf"|\b(?:{THE}|the|los|las|{PLAN}(?: de| of)?) {speed}(?:{MEGAS}|\b(?! ?\w))"
        rf"|\b(?:la|el|a|o|essa|esse|esa|ese) de {speed}\b(?![.,/-]?\d|%| ?(?:{OF_ELSE}))"
        rf"|\b{speed}(?:{MEGAS})? (?:{PLAN}|one)\b"
        rf"|^{speed}(?:{MEGAS})?[.! ]*$"
    )


NOT_A_PLAN = r"(?! (?:calls?|minutes|min|texts?|sms|day|weekend|llamadas|minutos|chamadas|ligacoes))"
# "iPhone 15 Pro Max", "the Pro Max"; but "quero mudar pro Max".
NOT_A_PHONE = r"(?<!\d pro )(?<!phone pro )(?<!\bthe pro )(?<!\bel pro )(?<!\bun pro )(?<!\bum pro )"
PLANS = {
    "starter-5gb": rf"\b(?:{STARTER})s?\b(?: 5 ?gb)?|{_sized('5', 'five|cinco')}",
    "plus-20gb": r"\bplus+ 20 ?(?:gb|gigas?)?"
    r"|\b(?:the|el|la|al|del|o|ao|do|no|pro|a|to|my|mi|meu|or|vs|have|tengo|tenho|plan|plano|pack"
    r"|quiero|quero|want) "
    rf"(?:plus+|plas)\b|(?<=\bon )plus+\b|\bplus+ (?:plan|please|pls)\b"
    rf"|^\W*plus+\W*$|{_sized('20', 'twenty|veinte|vinte')}"
    rf"|\b(?:with|con|com) 20{GIGAS}",
    "max-unlimited": rf"{NOT_A_PHONE}(?<!hbo )"
    r"\b(?:max+|maks)\b(?! (?:speed|out|velocidad\w*|of|\d)|\.? ?[\d$£€₹])"
    r"(?: unlimited| ilimitad[oa])?"
    rf"|(?<!dia )(?<!finde )(?<!semana )(?<!llamadas )(?<!minutos )\b(?:{UNLIMITED})\b{NOT_A_PLAN}"
    rf"|\b(?:{ENDLESS})\b",
    "family-share": r"\b(?:fami?l+[yi]|fam) (?:shar(?:e|ing)|plan|thing|one|pack|bundle|deal|package|option)"
    rf"|\b(?:{PLAN}|el|al|o|ao|pro|no|do|quiero|quero) (?:fami?l+y|familia(?:r|res)?)\b|\bla familiar\b"
    r"|^\W*(?:fami?l+y|familiar?)\W*$",
    "fibra-300": _fibre("300"),
    "fibra-600": _fibre("600"),
    "tv-mix": r"\btv[ -]?(?:mix|mics|mixx)\b|\bmix (?:de )?tv\b",
}
SPEED = {
    f"fibra-{speed}": re.compile(
        rf"\b(?:de|a|pra|para|por|pago|paying for|from|to|pela de) {speed}\b(?!{GIGAS}|[.,/-]?\d"
        rf"| ?(?:[$%/]|{OF_ELSE}))"
        rf"|\b{speed}{MEGAS}(?! (?:mas|more|mais|left|extra))"
    )
    for speed in (300, 600)
}
NAMED = {code: re.compile(pattern) for code, pattern in PLANS.items()}


def plans_in(plain: str) -> Iterator[Fact]:
    for code, pattern in NAMED.items():
        for match in pattern.finditer(plain):
            yield Fact("plan_name", code, match.start(), match.end())
    if AT_HOME.search(plain):  # else 300 megas may be what is left, and 600 what is owed
        for code, pattern in SPEED.items():
            for match in pattern.finditer(plain):
                yield Fact("plan_name", code, match.start(), match.end())
