"""How something is said, whatever it says."""

import re

from actions.plain import plain

CALLS = (
    "ok okay hello hi hey hola alo oi ola y e entonces entao bueno bom pues so well still there anybody "
    "anyone you are sigues siguen ahi hay alguien tem alguem ai esta is it listo pronto"
    " ya quedo done ready foi feito ja"
)
STARTS = re.compile(
    r"(?:(?:and|y|e|so|entonces|entao) )?(?:when|since when|cuando|quando|desde cuando)\b.{0,20}"
    r"\b(?:kick|start|begin|empieza|comienza|aplica|vale|funciona|comeca|vigor|activ\w+|live)\b.*"
)
IMPATIENT = frozenset(CALLS.split())
LONGEST_CALL = 60


_NOT = r"\b(?:no|not|n[aã]o|nem|ni|instead of|en vez de|en lugar de|em vez de)"
_WANT = r"(?: (?:me|lo|o|a|i|do|don't)?)? ?(?:quiero|quero|want|gusta|sirve|serve|sea|seja)"
_UP_TO_IT = r"(?: (?:the|el|la|los|las|o|a|de|del|plan|plano|to|get))*\s*(?:(?:R|US)?[$£€₹₦₱])?\s*$"
REFUSING = re.compile(rf"(?:{_NOT}|don't|do not)(?:{_WANT})?{_UP_TO_IT}", re.IGNORECASE)
UNWANTED = re.compile(rf"(?:{_NOT}|don't|do not){_WANT}{_UP_TO_IT}", re.IGNORECASE)

# "O de 5 giga acho pouco", "the 10 is too much".
DISLIKES = re.compile(
    r"\b(?:[ée]|es|s[aã]o|is|son|acho|se me hac\w+|me parec\w+|fica|t[aá]|est[aá]|seems?|looks?)\s+"
    r"(?:(?:muy|muito|bem|way|too|un|um|demasiado)\s+)*"
    r"(?:po(?:uco|uquinho|co|quito)|little|small|much|expensive|costly|mucho|muito|car[oa]|puxado)\b"
    r"|\b(?:no|n[aã]o|n) (?:(?:me|le|nos|les|lhe) )?"
    r"(?:dur\w+|alcanz\w+|rind\w+|bast\w+|d[aá]|aguent\w+|cheg\w+)\b"
    r"|\b(?:doesn'?t|don'?t|won'?t|isn'?t|not) (?:last|do|enough|suffice)\b",
    re.IGNORECASE,
)
RIGHT_AFTER = 2  # letters, as a comma and a space


def is_refused(text: str, start: int | None) -> bool:
    """Whether what begins there is, beside something else, what she does not want."""
    return bool(start) and REFUSING.search(text[:start]) is not None


def is_unwanted(text: str, start: int | None) -> bool:
    """Whether she says expressly that she does not want what begins there."""
    return bool(start) and UNWANTED.search(text[:start]) is not None


def is_disliked(text: str, end: int | None) -> bool:
    """Whether what ends there is too little, or too much, for her."""
    found = DISLIKES.search(text, end) if end else None
    return found is not None and found.start() - (end or 0) <= RIGHT_AFTER


def dislikes(text: str) -> bool:
    return DISLIKES.search(text) is not None


def is_impatient(text: str) -> bool:
    """ "ok? ok? hello??", "??": nothing but calls, asked."""
    return "?" in text and set(plain(text).split()) <= IMPATIENT and len(text) <= LONGEST_CALL


def asks_since_when(text: str) -> bool:
    """ "When does it kick in?", right after it was done."""
    return STARTS.fullmatch(plain(text)) is not None


def is_same(text: str, before: str | None) -> bool:
    """Sent once more, word for word."""
    return bool(before) and re.sub(r"\s+", " ", text).strip() == before
