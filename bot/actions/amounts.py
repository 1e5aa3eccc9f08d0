"""How much she speaks of, also where she only writes a number: "ponle 75", "le metí 200 y nada"."""

import re
import unicodedata

from actions import manners
from actions.plain import plain

# A number that is no part of a longer one, of a phone number or a code.
NUMBER = re.compile(r"(?<![\w.,+#*/-])(\d{1,6})(?:[.,](\d{1,2}))?(?![\w,.]*\d)(?!\w)")
BEFORE_MONEY = re.compile(
    r"(?:\b(?:de|con|com|por|of|with|for|solo|so|only|just|pon\w*|met\w*|carg\w*|recarg\w*|abon\w*|"
    r"pag\w*|paid|pay|put|add|deposit\w*|transfer\w*|coloc\w*|bot\w*|mand\w*|top|up|"
    r"faz|faca|hag\w*|make it|mak\w+ that|sean?|mejor|melhor)|\$)\W*$"
)
NO_MONEY_BEFORE = re.compile(
    r"(?:\b(?:el|del|dia|dias|day|days|the|linea|linha|line|numero|number|hace|ha|ago|em|in|"
    r"(?:termin\w*|end\w*|final\w*)(?: (?:en|em|in|on|con|com|with))?|"
    r"calle|case|caso|(?:a|de|desde|como|hasta) las|as|around|until|till)|\bal)\W*$"
)
# What mostly is, or was, is not what she wants: "900 is enough, the bill is always 824".
USUAL = re.compile(
    r"\b(?:always|usual\w*|normal\w*|mostly|siempre|sempre|costum\w+|acostumbr\w+|suel\w+"
    r"|last (?:month|time|bill)|(?:mes|vez) pass?ad[oa])\b"
)
CLAUSE = re.compile(r"[.,](?!\d)|[;:!?\n]+|\b(?:y|and|e|but|pero|mas)\b")
ENOUGH_AFTER = re.compile(
    r"\W*(?:(?:reais|pesos|rupees|rs|conto|pila|varos)\W*)?"
    r"(?:(?:so|solo|nomas|no mas|only|just|apenas|basta|is (?:enough|fine)|nada mas|e pronto)\b)(?! \d)"
)
MONTHS = (
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep|octubre|noviembre|diciembre|"
    "janeiro|fevereiro|marco|maio|junho|julho|set|outubro|novembro|dezembro"
)
NO_MONEY_AFTER = re.compile(
    r"\W*(?:(?:gb|mb|gigas?|megas?|mbps|dias?|days?|horas?|hours?|min|minutos?|minutes?|h|am|pm|veces|vezes|"
    r"times|mes|meses|months?|anos?|years?|semanas?|weeks?|lineas?|linhas?|lines?|facturas?|faturas?|bills?)\b"
    rf"|%|/|de (?:{MONTHS}))"
)


def bare_amount(text: str) -> str | None:
    """`200` of "le metí 200 y nada"; None where two numbers might be meant, or something else."""
    found = [each for each in NUMBER.finditer(folded(text)) if _may_be_money(each)]
    for is_meant in (_is_not_refused, _is_unusual, _is_enough, _is_said_as_money):
        if len(found) > 1:
            found = [each for each in found if is_meant(each)] or found
    return written(found[0]) if len(found) == 1 else None


def is_told_as(telling: re.Pattern[str], amount: str, text: str) -> bool:
    """Whether each clause that names the amount is `telling` something of it that is no wish."""
    digits = re.escape(re.sub(r"[.,]0+$", "", amount))
    names_it = re.compile(rf"(?<!\d){digits}(?!\d)")
    naming = [plain(each) for each in CLAUSE.split(text) if names_it.search(each.replace(",", "."))]
    return bool(naming) and all(telling.search(each) for each in naming)


# "O de 69,90", "the 399 one", "al de 299": what costs so much. A figure of gigas or days is no price, nor
# are two that do not end in nine: "la de 20".
PRICED = re.compile(
    r"(?:\b(?:el|la|al|del|o|a|ao|do|no|na|pro|pra|uno|un|um|plan|plano|paquete|pacote)"
    r" (?:(?:plan|plano|paquete|pacote) )?d[eo] |\b(?:the|that|this) )"
    r"(?:(?:r\$|mx\$|[$₹]|rs\.?|inr) ?)?"
    r"(?P<figure>[1-9]\d?,\d{3}|[1-9]\d{2,3}|[1-9]9|[1-9]\d?(?=[.,]\d\d(?!\d)))"
    r"(?:[.,](?P<cents>\d\d))?(?![\w,.]*\d)(?!\w)"
    r"(?! ?(?:gb|mb|g|gigas?|megas?|mbps|dias?|days?|meses|months?|lineas?|linhas?|lines?|(?:de )?"
    + MONTHS
    + r")\b)"
)


def price_in(text: str) -> str | None:
    """What the one costs that she points at by its price; the last that she does not refuse."""
    said = folded(text)
    wanted = [
        each
        for each in PRICED.finditer(said)
        if not manners.is_refused(said, each.start()) and not manners.is_disliked(said, each.end())
    ]
    if not wanted:
        return None
    figure, cents = wanted[-1]["figure"].replace(",", ""), wanted[-1]["cents"]
    return f"{figure}.{cents}" if cents and cents != "00" else figure


def as_names(amount: str) -> list[str]:
    """How an amount of `299.00` may be said: 299.00 and 299."""
    return [amount, amount.removesuffix(".00")]


def priced_as(price: str) -> list[str]:
    """What costs `69.90` is also called by 69 alone."""
    return list(dict.fromkeys([*as_names(price), price.partition(".")[0]]))


def short(title: str) -> str:
    """`$50` of `$50.00`: what is on a button."""
    return re.sub(r"[.,]00(?=\D|$)", "", title)


def _may_be_money(found: re.Match[str]) -> bool:
    before, after = found.string[: found.start()], found.string[found.end() :]
    return not NO_MONEY_BEFORE.search(before) and not NO_MONEY_AFTER.match(after)


def _is_not_refused(found: re.Match[str]) -> bool:
    """ "Not 1000, 600"."""
    return not manners.is_refused(found.string, found.start())


def _is_unusual(found: re.Match[str]) -> bool:
    return not is_told_as(USUAL, written(found), found.string)


def _is_enough(found: re.Match[str]) -> bool:
    """ "50 he burns on games. 30 only"."""
    return ENOUGH_AFTER.match(found.string, found.end()) is not None


def _is_said_as_money(found: re.Match[str]) -> bool:
    return BEFORE_MONEY.search(found.string[: found.start()]) is not None


def written(found: re.Match[str]) -> str:
    whole, cents = found.group(1), found.group(2)
    return f"{whole}.{cents}" if cents else whole


def folded(text: str) -> str:
    """Lower case, without accents; signs stay."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
