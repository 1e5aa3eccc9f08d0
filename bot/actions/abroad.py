"""What she says of use abroad besides the country: which pack she wants, what to switch on there."""

import re

from actions.amounts import price_in
from actions.cheapest import CHEAPEST
from actions.cities import country_in
from actions.neighbours import PAUSES, PLAN
from actions.plain import plain, words
from actions.sizes import SMALL, big_one_in, longest_one_in
from actions.turn import NOT_UNDERSTOOD, Turn

PACK = re.compile(r"\b(?:packs?|pa(?:qu|k)et\w+|pacot\w+|add ?ons?|bundles?)\b")
# She is there: what does not work there is no fault at home.
ARRIVED = re.compile(
    r"\b(?:land(?:ed|ing)|reached|arrived|aterri\w+|acab\w+ de (?:llegar|chegar|pousar)|llegu\w*|llegamos"
    r"|cheguei|chegamos|desembar\w+)\b"
)
# "My max plan works there, right?": the plan that she has is no wish for one.
HERS_WORKS = re.compile(
    r"\b(?:my|mi|meu|(?:i have|i ve got|i m on) (?:the|your)|tengo (?:el|un)|tenho (?:o|um)|estoy en el)\b"
    r".{0,30}\b(?:works?|working|covers?|covered|valid|sirve|funciona\w*|jala|agarra|vale|cubre|pega|cobre|serve|roda"
    r"|incluye|inclui)\b"
)
JOURNEY = re.compile(
    r"\b(?:viaj\w+|(?:voy|vamos) (?:a|pa|para)|vou (?:a|pra|para)|going|fly\w*|travel\w*|trip|roaming|abroad"
    r"|arriving|embarc\w+"
    r"|(?:tak(?:es?|ing)|send(?:s|ing)?|goes|go|flies|moving) (?:\w+ ){0,3}to"
    r"|(?:va|van|vai|vao|iremos|llev\w+|lev[ao]m?|mand\w+) (?:\w+ ){0,3}(?:a|para|pra|pro|ao)"
    r"|(?:net|internet|data|datos|dados|rede|whatsapp) (?:\w+ )?(?:over )?(?:there|alla|alli|ahi|la)"
    r"|(?:to|for|para|pra) (?:use|usar) (?:\w+ ){0,2}(?:in|en|em|na|no)"
    r"|days|dias"
    r"|weeks?|semanas?)\b"
)
# "Which one suits me", "what should I take".
ADVISE = re.compile(
    r"\b(?:(?:which|what)\b.{0,20}\b(?:suits?|should (?:i|we)|do (?:i|you|we) (?:take|need)|is best)"
    r"|recom(?:m?end|iend)\w*|suggest\w*"
    r"|(?:cual|que|qual|o que)\b.{0,16}\b(?:conviene|sirve|tomo|llevo|compro|contrato|agarro|pego|levo"
    r"|serve|compensa|devo|debo|vale (?:mas |mais )?(?:la|a) pena)\b)"
)
# "Sí, ese", "ok, I'll take it": nothing but such words takes what was advised.
TAKES = words(
    "si sip sim yes yeah yep ok okay dale va vale isso claro pode ser bora sure please por favor ese este"
    " esse that this one it i ll take want get give quiero quero me lo la llevo levo vou querer o el pues"
    " then entonces mismo mesmo entao perfecto listo"
)
ABOUT_JOURNEYS = ("roaming_info", "buy_addon", "check_usage", "network_problem", *NOT_UNDERSTOOD)
LASTING = re.compile(r"\b(?:de |the |for |d )?\d+ ?(?:dias?|days?|d)\b(?: one)?")
# Another matter it may be taken for, once a country was told.
TAKEN_FOR = (
    "change_plan", "list_plans", "roaming_info", "check_usage", "check_balance", "top_up", "make_payment",
    "goodbye", "greet", "affirm", *NOT_UNDERSTOOD,
)  # fmt: skip
# "Do I have to switch something on when I land?"
SWITCHES = re.compile(
    r"\b(?:switch|turn|toggle|enable|activ\w+|ativ\w+|set|change|do|configur\w+|mov\w+|muev\w+|cambi\w+"
    r"|prend\w+|encend\w+|habilit\w+|lig(?:o|ar)|mex\w+|hac\w+|faz\w+|mud\w+)\b"
)
SOMETHING = re.compile(r"\b(?:something|anything|algo|algu[nm]a (?:cosa|coisa)|settings?|ajustes?|roaming)\b")
THERE = re.compile(
    r"\b(?:(?:i|we) (?:land|arrive|get (?:there|off))|landing|arriv\w+|aterri[zc]\w+|lleg\w+|cheg\w+|pous\w+"
    r"|abroad|phone|telefono|celular|aparelho|roaming)\b"
)

# "Last time in Singapore" is over.
BEFORE = re.compile(
    r"\b(?:last (?:time|year|month|trip)|when (?:i|we) (?:was|were|went)|ultima vez|vez pasada|outra vez"
    r"|ano pass?ado|(?:cuando|quando) (?:fui|fuimos|fomos|estuv\w+|estiv\w+))\b"
)
# "Vim da França", "i am from Germany": where she comes from is not where she goes.
COMES_FROM = re.compile(
    r"\b(?:vi(?:m|emos)|vengo|venimos|vine|llegue|llegamos|cheg(?:uei|amos|ou)|sou|soy|somos|volt\w+"
    r"|regres\w+|nac\w+|nasc\w+|(?:i|we) (?:am|m|re|are)|came|come|coming|arrived|born|back)"
    r"(?: \w+)? (?:from|desde|d[aeo]s?|del)(?: (?:la|el|los|las|the))?$"
)
CLAUSE = re.compile(r"[,.;:!?\n]+|\b(?:and|so|y|e|but|pero|mas)\b")
COUNTS_FROM = re.compile(
    r"\b(?:count\w*|starts?|begins?|cont(?:ar|a|am)|cuent\w+|empi\w+|comec\w+|corr\w+)\b.*"
    r"\b(?:now|today|land|arriv\w*|when|hoy|ahora|lleg\w+|cuando|hoje|agora|cheg\w+|quando|compr\w+)\b"
)


def country_told(turn: Turn) -> str | None:
    """Of what was just told of use abroad, or of the pack that is being chosen."""
    told, aside = turn.told or {}, [turn.memory("work"), *(turn.memory("parked") or [])[-1:]]
    if told.get("task") == "roaming_info":
        return told["answers"].get("country")
    buying = [each for each in aside if each and each["task"] == "buy_addon"]
    chosen = [each["answers"].get("country") or each["said"].get("country") for each in buying]
    return next(filter(None, chosen), None)


def wants_a_pack(turn: Turn) -> bool:
    """Whether, right after a country was told, it is a pack for there that she wants, and no plan."""
    told, said = turn.told or {}, plain(turn.text)
    if told.get("task") != "roaming_info":
        return False
    if turn.intent in ("buy_addon", "change_plan", "list_plans") and PACK.search(said):
        return True
    if turn.intent not in TAKEN_FOR:
        return False
    by_size = wants_the_small_one(said) or bool(longest_one_in(turn.text) or big_one_in(turn.text))
    if (takes_it(said) or turn.does("agrees")) and not by_size:
        return "days" in told["answers"] and not turn.offered
    if PLAN.search(said) or turn.entity("country") not in (None, told["answers"]["country"]):
        return False
    names_one = any((*map(turn.entity, ("data_volume", "plan_name")), price_in(turn.text)))
    names_one = names_one and "?" not in turn.text
    return names_one or wants_the_cheapest(said) or by_size or advises(said)


def asks_about_packs(turn: Turn) -> bool:
    """Whether, right after packs for a country were told, it asks about one of them: "o de 5 giga dá os
    quinze dias?"."""
    told, said = turn.told or {}, plain(turn.text)
    if told.get("task") != "roaming_info" or turn.intent not in TAKEN_FOR or PLAN.search(said):
        return False
    names_one = any(map(turn.entity, ("data_volume", "plan_name"))) or LASTING.search(said) is not None
    asks = "?" in turn.text or turn.reply[0] in ("asks_price", "asks_when")
    return names_one and asks


def travels(turn: Turn) -> bool:
    """Whether what seems to be about plans is a journey: "6 days in Orlando, which pack should I take?"; or
    what is unsure is, though it also says other things."""
    said = plain(turn.text)
    may_be = turn.intent in ("change_plan", "list_plans") or (
        turn.is_unsure and turn.intent in ABOUT_JOURNEYS
    )
    is_there = ARRIVED.search(said) is not None
    may_be = may_be or (is_there and turn.intent == "network_problem")
    asks_of_hers = HERS_WORKS.search(said) is not None
    if not may_be or PAUSES.search(said) or (PLAN.search(said) and not asks_of_hers):
        return False
    if not (is_there or asks_of_hers or JOURNEY.search(said)):
        return False
    return destination(turn) not in (None, turn.metadata.get("market"))


def destination(turn: Turn) -> str | None:
    """Where she goes: a country, or that of a town. Her own is only where she comes from, when a town tells
    where she goes: "first time out of India"."""
    named = [each for each in turn.wanted("country") if not _comes_from(turn.text, each.get("start"))]
    ahead = [each for each in named if not _is_of_before(turn.text, each.get("start"))] or named
    countries = [str(each["value"]) for each in ahead]
    abroad = [each for each in countries if each != turn.metadata.get("market")]
    return abroad[-1] if abroad else country_in(turn.text) or (countries[-1] if countries else None)


def _comes_from(text: str, start: int | None) -> bool:
    return bool(start) and COMES_FROM.search(plain(CLAUSE.split(text[:start])[-1])) is not None


def _is_of_before(text: str, start: int | None) -> bool:
    """Whether an earlier journey is told of what begins there."""
    return bool(start) and BEFORE.search(plain(CLAUSE.split(text[:start])[-1])) is not None


def wants_the_cheapest(said: str) -> bool:
    return CHEAPEST.search(said) is not None


def wants_the_small_one(said: str) -> bool:
    return bool(SMALL & words(said))


def takes_it(said: str) -> bool:
    """Also by how long it lasts: "pode ser esse de 15 dias"."""
    bare = LASTING.sub(" ", said)
    return bool(words(bare)) and words(bare) <= TAKES


def advises(said: str) -> bool:
    return ADVISE.search(said) is not None


def asks_when_it_counts(turn: Turn) -> bool:
    """From when the days of a pack are counted."""
    return not turn.pressed_a_button and COUNTS_FROM.search(plain(turn.text)) is not None


def asks_what_to_switch_on(turn: Turn) -> bool:
    said = plain(turn.text)
    asks = all(each.search(said) for each in (SWITCHES, SOMETHING, THERE))
    return asks and not turn.pressed_a_button and turn.entity("country") is None
