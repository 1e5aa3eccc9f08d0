"""Where one message may hold two requests: at ends of sentences and lines, at "and", "también", "e"."""

import re

AND = (
    r"(?:and also|and then|and|also|plus|another thing|one more thing|y tambi[eé]n|y adem[aá]s|y de paso"
    r"|y luego|y despu[eé]s|adem[aá]s|tambi[eé]n|y aparte|aparte|(?:y )?otra cosa|por otro lado|y|e tamb[eé]m"
    r"|e aproveita e"
    r"|e depois|e dps|al[eé]m disso|(?:e )?outra coisa|fora isso|por outro lado|tamb[eé]m|e)"
)
BETWEEN = re.compile(
    rf"\s*(?:[.!?;]+\s|\n)\s*(?:{AND},?\s+)?|,?\s+{AND}\s+|(?:^|\s+)[1-4]\)\s*", re.IGNORECASE
)
ALSO = re.compile(
    r"\b(?:also|plus|and then|adem[aá]s|tambi[eé]n|de paso|y luego|y despu[eé]s"
    r"|aproveita(?:ndo)? e|aproveitando|aprovecho"
    r"|tamb[eé]m|tb|al[eé]m disso|e depois|e dps|aparte|por otro lado|fora isso|por outro lado"
    r"|otra cosa|outra coisa|another thing|one more thing"
    r"|(?:two|dos|duas|2) (?:\w+ )?(?:things?|matters?|questions?|cosas?|cositas?|temas|preguntas?|dudas?"
    r"|coisas?|coisinhas?|assuntos?|perguntas?|d[uú]vidas?))\b",
    re.IGNORECASE,
)
ANOTHER = re.compile(
    r"^\W*(?:(?:ok|y|e|and|ah|oh|por cierto|btw)\W+)*"
    r"(?:otra cosa|outra coisa|another thing|one more thing|also|adem[aá]s|tamb[ié]+n|aparte)\b",
    re.IGNORECASE,
)
CLAUSES = re.compile(r"[.,;:!?\n…]+")
ANNOUNCED = re.compile(
    r"^.{0,40}\b(?:things|matters|questions|cosas|cositas|temas|preguntas|dudas|coisas|coisinhas|assuntos"
    r"|perguntas)\s*:\s*",
    re.IGNORECASE,
)
# Where a request may begin in what is spoken without a sign; "ya no quiero" is one word of it.
WISHES = re.compile(
    r"(?<!\bno)(?<!\bn[aã]o)(?<!\bn)\s+(?=(?:quiero|quisiera|necesito|ocupo"
    r"|i want|i need|can you|could you|quero|queria|preciso"
    r"|gostaria)\b)",
    re.IGNORECASE,
)
SPOKEN = 12  # words without a sign between them
MOST_CLAUSES = 12
FEWEST_WORDS = 2
LONG = 14  # words; in more of them three name what the rest is about: "any news? The double recharge"
FEWEST_OF_LONG = 4
FEWEST_LETTERS = 5
BARE_LETTERS = 3  # of a part that is one word, in a message of hardly more: "saldo e fatura"
BARE_WORDS = 5
MOST_PARTS = 3  # whoever writes more tells a story, with one request in it
MOST_OF_TWO = 5  # where she says that there are two
LONGEST = 400  # letters


def parts_of(text: str) -> list[str]:
    """Two or three parts worth understanding one by one; none when the message is of one piece."""
    if len(text) > LONGEST:
        return []
    said = [each for piece in BETWEEN.split(ANNOUNCED.sub("", text)) for each in _wishes(piece)]
    pieces = [piece.strip() for piece in said]
    length, says_two = len(text.split()), says_also(text)
    is_bare = length <= BARE_WORDS
    fewest = FEWEST_OF_LONG if length >= LONG and not says_two else FEWEST_WORDS
    parts = [each for each in pieces if _stands_alone(each, fewest) or (is_bare and _is_a_word(each))]
    return parts if 2 <= len(parts) <= (MOST_OF_TWO if says_two else MOST_PARTS) else []


def clauses_of(text: str) -> list[str]:
    """What stands between its signs, for who tells the request among other things."""
    said = [each for clause in CLAUSES.split(text) for each in _wishes(clause)]
    clauses = [each.strip() for each in said if _stands_alone(each)]
    return clauses if len(clauses) <= MOST_CLAUSES else []


def _wishes(clause: str) -> list[str]:
    return WISHES.split(clause) if len(clause.split()) > SPOKEN else [clause]


def says_also(text: str) -> bool:
    """Whether she says that there is more than one: "also", "dos cositas". "Another thing" at the beginning
    is one, besides what was talked about."""
    return ALSO.search(ANOTHER.sub("", text)) is not None


def _is_a_word(piece: str) -> bool:
    return piece.isalpha() and len(piece) >= BARE_LETTERS


def _stands_alone(piece: str, fewest: int = FEWEST_WORDS) -> bool:
    letters = sum(each.isalpha() for each in piece)
    return letters >= FEWEST_LETTERS and len(piece.split()) >= fewest
