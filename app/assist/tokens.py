"""The words of a text, and its features: words, pairs of words, pieces of words. Pure.

The same when a model learns and when it is asked. Numbers of people and things are left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.search.wording import fold

_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 150
_LONGEST_WORD = 24
_MOST_DIGITS = 2
_PIECES = (3, 4, 5)

# What tells no matter from another. Folded.
_STOP = """a al algo ao aos as assim aun aunque bem bien cada com como con cual cuando da das de del
    desde do dos e el ela ele ella em en entre era es esa ese eso essa esse esta este esto estoy eu
    fue foi ha hace hasta hay isso ja la las le les lo los mais mas me meu mi minha mis mucho muito
    my na nao nas ni no nos o os otra otro ou para pero por porque puede qual quando que quem quien
    quiere quiero se sem ser si sim sin so sobre sou soy su sua sus tan te tem tengo tenho tiene
    todo todos tu um uma un una uno voce y ya yo
    about after all also am an and any are at be been before but by can could did does for from
    get had has have he her here him his how i if in into is it its just like more not now of off
    on one only or our out over she since so some still than that the their them then there they
    this to up us was we were what when where which who why will with would you your"""
STOP_WORDS = frozenset(_STOP.split())


@dataclass(frozen=True, slots=True)
class Feature:
    """`words` are the places of the words that it is made of."""

    name: str
    words: tuple[int, ...]


def words_of(text: str) -> list[str]:
    """In plain letters and lower case, in their order, the first of them."""
    found = _WORD.findall(fold(text))
    kept = [word[:_LONGEST_WORD] for word in found if _digits(word) <= _MOST_DIGITS]
    return kept[:_MOST_WORDS]


def telling(words: Sequence[str]) -> list[str]:
    """Each once, without those that say nothing."""
    return [each for each in dict.fromkeys(words) if len(each) > 1 and each not in STOP_WORDS]


def stem(word: str) -> str:
    """What the forms of a word have in common, roughly: the three languages bend the end."""
    return word[:6]


def features_of(words: Sequence[str]) -> Iterator[Feature]:
    for place, word in enumerate(words):
        yield Feature(word, (place,))
        if place:
            yield Feature(f"{words[place - 1]} {word}", (place - 1, place))
        edged = f"_{word}_"
        for length in _PIECES:
            for start in range(len(edged) - length + 1):
                yield Feature(f"~{edged[start : start + length]}", (place,))


def names_of(text: str) -> list[str]:
    return [each.name for each in features_of(words_of(text))]


def _digits(word: str) -> int:
    return sum(sign.isdigit() for sign in word)
