"""Plans that she names side by side: "qual a diferença do de 20 pro de 5?"."""

import re
from collections.abc import Sequence

from actions.app_client import Answer
from actions.plain import plain
from actions.turn import Turn

COMPARES = re.compile(
    r"\b(?:diferen\w+|difference|differ|compar\w+|versus|vs"
    r"|(?:o )?que (?:muda|cambia)|what (?:changes|is different))\b"
)
# "Is the family one better for us than 2 times plus?", "conviene más el familiar o dos plus?"
WEIGHS = re.compile(
    r"\b(?:better|cheaper|best|conviene|compensa|convem|(?:sale|sai|salen|saem)(?: \w+)? (?:mas|mais)"
    r"|worth|vale (?:mas|mais))\b"
)
BARE = {"plus": "plus-20gb", "max": "max-unlimited", "starter": "starter-5gb"}
HERS = re.compile(
    r"\b(?:mine|my (?:plan|current|present)|i have|i ve got|(?:el|al|del) mi[oa]|mi plan|tengo"
    r"|(?:o|do|ao|pro) meu|meu plano|tenho)\b"
)
SIZED = re.compile(r"(\d+) ?GB\b")  # what plans are called by
FIGURE = re.compile(r"\b(\d{1,3})(?: ?(?:gb|gigas?|g))?\b")
AT_LEAST = 2


def compares(turn: Turn) -> bool:
    """Whether she names two of them."""
    codes, sizes, hers = _named(turn)
    return len(codes) + len(sizes) + hers >= AT_LEAST


def compared(plans: Sequence[Answer], turn: Turn) -> list[Answer]:
    """Those she compares, as far as there are such; none where she compares none."""
    if not compares(turn):
        return []
    codes, sizes, hers = _named(turn)
    found = [
        each
        for each in plans
        if each["code"] in codes or _size(each["name"]) in sizes or (hers and each.get("current"))
    ]
    return found if len({each["code"] for each in found}) >= AT_LEAST else []


def told(plans: Sequence[Answer]) -> str:
    return "\n".join(f"• {each['name']}: {each['price_text']} ({each['allowances_text']})" for each in plans)


def _named(turn: Turn) -> tuple[set[str], set[str], bool]:
    """The plans by their names, by their sizes, and whether it is her own."""
    said = plain(turn.text)
    compares = COMPARES.search(said) is not None
    weighs = WEIGHS.search(said) is not None and "?" in turn.text
    if turn.pressed_a_button or not (compares or weighs):
        return set(), set(), False
    entities = turn.message.get("entities") or []
    codes = {str(each["value"]) for each in entities if each["entity"] == "plan_name"}
    codes |= {code for word, code in BARE.items() if word in said.split()}
    if not compares:  # figures may be how many: "2 times plus"
        return codes, set(), False
    sizes = {each for each in FIGURE.findall(said) if not any(f"-{each}gb" in code for code in codes)}
    return codes, sizes, HERS.search(said) is not None


def _size(name: str) -> str:
    found = SIZED.search(name)
    return found[1] if found else ""
