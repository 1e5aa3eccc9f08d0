"""Where she has moved to, by her words: "me mudei de belém pra curitiba"."""

import re

# A town is written with a capital letter: "me mudé a Mérida", "I've shifted to Pune".
TOWN = r"(?P<city>[A-ZÁÉÍÓÚÑÇ][\w'-]+(?: (?:(?:de|do|da|del|dos|las|los|la|el) )*[A-ZÁÉÍÓÚÑÇ][\w'-]+)*)"
MOVED_TO = re.compile(
    r"\b(?i:(?:mud\w+|cambi\w+|moved|moving|shifted|shifting|relocat\w+)(?: [^\s.,;!?]+){0,7}?"
    r" (?:a|to|para|pra|en|in)|(?:viv\w+|mor(?:o|amos)|live|living) (?:(?:ahora|agora|now) )?(?:en|em|in)) "
    + TOWN
)
# Where she also says from where, or that it is the town, a small letter does.
_NO_TOWN = (
    r"(?!(?:la|el|las|los|o|os|as|un|una|um|uma|the|an?|my|mi|meu|minha|mine|que|where|donde|onde"
    r"|otr[oa]|outr[oa]|another|casa|depa|apto|new place)\b)"
)
_FIRST = (
    r"(?:(?:s[aã]o|sant[ao]|san|nov[oa]|nuev[oa]|new|belo|boa|porto|puerto|campo|rio|juiz|ciudad|navi|greater)"
    r" )?[^\W\d]+"
)
_SMALL_TOWN = rf"(?P<city>{_NO_TOWN}{_FIRST}(?: (?:de|do|da|del|dos) (?:(?:la|las|los) )?[^\W\d]+)?)"
FROM_TO = re.compile(
    r"\b(?:mud\w+|cambi\w+|moved|moving|shifted|shifting|relocat\w+) (?:\w+ )?(?:de|da|do|desde|from)"
    rf" {_NO_TOWN}{_FIRST}(?: [^\W\d]+)? (?:a|to|para|pra|pro|p) {_SMALL_TOWN}",
    re.IGNORECASE,
)
TOWN_TO = re.compile(
    rf"\b(?:cidade|ciudad|city|town)\b[^.,;!?]{{0,15}}? (?:a|to|as|para|pra|pro|p|por) {_SMALL_TOWN}",
    re.IGNORECASE,
)
# "My file still has the old town. Now it's Pune."
NOW_IT_IS = re.compile(
    r"\b(?i:mud\w+|cambi\w+|moved|shifted|relocated|cidade|ciudad|city|town)\b.*"
    r"\b(?i:agora|ahora|now) (?i:[ée]|es|(?:it(?:'s| is)|i(?:'m| am))(?: in)?|em|en|in) " + TOWN,
    re.DOTALL,
)
SMALL = {"de", "do", "da", "del", "dos", "la", "las", "los"}


def moved_to(text: str) -> str | None:
    if told := MOVED_TO.search(text) or NOW_IT_IS.search(text):
        return told["city"]
    told = FROM_TO.search(text) or TOWN_TO.search(text)
    return _as_written(told["city"]) if told else None


def _as_written(town: str) -> str:
    """As a town's name is, where she writes it small."""
    if town != town.lower():
        return town
    return " ".join(each if each in SMALL else each.capitalize() for each in town.split())
