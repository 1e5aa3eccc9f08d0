"""Where she has moved to, by her words: "me mudei de belém pra curitiba"."""

import re

from actions.plain import plain

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
# "Coloca Curitiba no meu cadastro", "put Pune in my details".
INTO_HER_FILE = re.compile(
    r"\b(?i:coloc\w+|bot[ae]\w*|p[oõ][rne]\w*|put|set|registr\w+|anot\w+|atualiz\w+|actualiz\w+|update) "
    + TOWN
    + r" (?i:no|na|nos|en|in|on|as)(?: (?i:meu|minha|mis?|my|el|la|o|a|the|meus))?"
    r" (?i:cadastro|ficha|datos|dados|details?|records?|account|cuenta|conta|profile|perfil|file|registro)\b"
)
# Having moved, "do I have to change anything?"
HAS_TO_CHANGE = re.compile(
    r"\b(?:chang\w+|updat\w+|cambi\w+|mud\w+|actualiz\w+|atualiz\w+|avis\w+|alter\w+|do|hac\w+|fazer)"
    r" (?:something|anything|algo|alguma coisa|nada)\b"
)
SMALL = {"de", "do", "da", "del", "dos", "la", "las", "los"}


def moved_to(text: str) -> str | None:
    if told := MOVED_TO.search(text) or NOW_IT_IS.search(text) or INTO_HER_FILE.search(text):
        return told["city"]
    told = FROM_TO.search(text) or TOWN_TO.search(text)
    return _as_written(told["city"]) if told else None


def asks_what_to_change(text: str) -> bool:
    """Whether, having moved, she wonders what of it we are to know."""
    return "?" in text and HAS_TO_CHANGE.search(plain(text)) is not None and moved_to(text) is not None


def _as_written(town: str) -> str:
    """As a town's name is, where she writes it small."""
    if town != town.lower():
        return town
    return " ".join(each if each in SMALL else each.capitalize() for each in town.split())
