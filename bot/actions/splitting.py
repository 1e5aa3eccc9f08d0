"""Where one message may hold two requests: at ends of sentences and lines, at "and", "también", "e"."""

import re

AND = (
    r"(?:and also|and then|and|also|plus|y tambi[eé]n|y adem[aá]s|y de paso|y luego|y despu[eé]s|adem[aá]s"
    r"|tambi[eé]n|y|e tamb[eé]m|e depois|al[eé]m disso|tamb[eé]m|e)"
)
BETWEEN = re.compile(rf"\s*(?:[.!?;]+\s|\n)\s*(?:{AND}\s+)?|,?\s+{AND}\s+", re.IGNORECASE)
ALSO = re.compile(
    r"\b(?:also|plus|and then|adem[aá]s|tambi[eé]n|de paso|y luego|y despu[eé]s"
    r"|tamb[eé]m|tb|al[eé]m disso|e depois)\b",
    re.IGNORECASE,
)
CLAUSES = re.compile(r"[.,;:!?\n…]+")
MOST_CLAUSES = 8
FEWEST_WORDS = 2
FEWEST_LETTERS = 5
BARE_LETTERS = 3  # of a part that is one word, in a message of hardly more: "saldo e fatura"
BARE_WORDS = 5
MOST_PARTS = 3  # whoever writes more tells a story, with one request in it
LONGEST = 400  # letters


def parts_of(text: str) -> list[str]:
    """Two or three parts worth understanding one by one; none when the message is of one piece."""
    if len(text) > LONGEST:
        return []
    pieces = [piece.strip() for piece in BETWEEN.split(text)]
    is_bare = len(text.split()) <= BARE_WORDS
    parts = [each for each in pieces if _stands_alone(each) or (is_bare and _is_a_word(each))]
    return parts if 2 <= len(parts) <= MOST_PARTS else []


def clauses_of(text: str) -> list[str]:
    """What stands between its signs, for who tells the request among other things."""
    clauses = [each.strip() for each in CLAUSES.split(text) if _stands_alone(each)]
    return clauses if len(clauses) <= MOST_CLAUSES else []


def says_also(text: str) -> bool:
    return ALSO.search(text) is not None


def _is_a_word(piece: str) -> bool:
    return piece.isalpha() and len(piece) >= BARE_LETTERS


def _stands_alone(piece: str) -> bool:
    letters = sum(each.isalpha() for each in piece)
    return letters >= FEWEST_LETTERS and len(piece.split()) >= FEWEST_WORDS
