"""Which of several options her words mean: "2", "la segunda", "dos", "the 20 giga one", "4567"."""

import re
from collections.abc import Sequence

from actions.holding_back import not_refused
from actions.plain import plain
from actions.sizes import BIG, BIGGEST, LITTLE, MIDDLE
from actions.tasks.question import Option
from components.numbers import NAMED

LONGEST_CHOICE = 8  # words; whoever writes more is not only choosing
DIGITS_ENOUGH = 4
PLACES = (
    "1 uno una un um uma one primero primera primer primeiro primeira first 1st 1a 1o",
    "2 dos dois duas two segundo segunda second 2nd 2a 2o",
    "3 tres three tercero tercera tercer terceiro terceira third 3rd 3a 3o",
    "4 cuatro quatro four cuarto cuarta quarto quarta fourth 4th 4a 4o",
    "5 cinco five quinto quinta fifth 5th 5a 5o",
    "6 seis six sexto sexta sixth 6th 6a 6o",
    "7 siete sete seven septimo septima setimo setima seventh 7th 7a 7o",
    "8 ocho oito eight octavo octava oitavo oitava eighth 8th 8a 8o",
)
PLACE_OF = {word: place for place, words in enumerate(PLACES) for word in words.split()}
LAST = {"ultimo", "ultima", "last"}
FILLING = (
    "the a o el la los las lo one ones opcion opcao option numero number num no nro please por favor pls "
    "es e is quiero quero want mejor melhor better pues bueno entonces entao then de del do da that s esa ese"
    " essa esse"
)
AROUND = frozenset(FILLING.split())
# Articles and the like, which also stand in what options are called: "una esim" is no shop.
ARTICLES = "un una uno um uma a an one en em in on con com with y e and por para to it i is now ya ja"
SMALL_WORDS = AROUND | frozenset(ARTICLES.split())
GIGABYTES = re.compile(r"\b(\d+) ?(?:gb|gigas?|gigabytes?|g)\b")
TWO_DIGITS = re.compile(r"\b(?:the|el|la|o|a|al|ao|pro) (\d{2})\b")
CLAUSES = re.compile(r"[.,;:!?\n]+|\b(?:and|y|e|but|pero|mas|porque|because|pois)\b", re.IGNORECASE)
AND_WHAT = "and y e what how about que tal no ok oh ah but pero mas so entonces entao"
ASKING = frozenset(AND_WHAT.split())
SHORT = 4  # words, besides those
OTHER = {"otro", "otra", "other", "outro", "outra"}


def named(said: str, options: Sequence[Option]) -> list[Option]:
    """Those whose value, title or name was given, in part or whole; several when there are two of it."""
    wanted = plain(said)
    whole = _wholly_named(said, options)
    if whole or not wanted:
        return whole
    if wanted.replace(" ", "").isdigit():  # 99 is no part of 199
        part = re.compile(rf"\b{wanted}\b")
        return [each for each in options if any(map(part.search, _names(each)))]
    return [each for each in options if any(wanted in name for name in _names(each))]


def called(text: str, options: Sequence[Option]) -> Option | None:
    """The one option whose whole name this is, in nothing but small words: "pues mejor la pausa"."""
    telling = " ".join(word for word in plain(text).split() if word not in AROUND)
    return _the_one(_wholly_named(text, options) or (_wholly_named(telling, options) if telling else []))


def chosen(text: str, options: Sequence[Option]) -> Option | None:
    """The one option a short answer means; None when it may mean several, or something else."""
    said = plain(text).split()
    if not said or len(said) > LONGEST_CHOICE:
        return None
    return (
        _by_measure(said, options)
        or _by_place(said, options)
        or called(text, options)
        or _by_words(text, options)
        or _by_size(set(said), options)
    )


def wondered_about(text: str, options: Sequence[Option]) -> str:
    """The value of the one option that a question is about; empty where there is none."""
    clear = chosen_in_a_clause(text, options)
    return clear.value if clear else mentioned(text, options)


def mentioned(text: str, options: Sequence[Option]) -> str:
    """The value of the one option that is called by one of its names; empty where none is, or two."""
    said = set(plain(text).split())
    found = [each for each in options if said & {each.value, *map(plain, each.names)}]
    return found[0].value if len(found) == 1 else ""


def chosen_in_a_clause(text: str, options: Sequence[Option]) -> Option | None:
    """The one option that a clause of a longer answer means: "então muda pra de 300 e não encerra nada". What
    she says no to is none."""
    found = [chosen(each, options) for each in not_refused(CLAUSES.split(text))]
    meant = {each.value: each for each in found if each is not None}
    return _the_one(list(meant.values()))


def wants_other(text: str, about: str) -> bool:
    """ "No, the other one", "la otra línea" (one of the words `about`), and not "otra vez"."""
    said = plain(text).split()
    after = [following for word, following in zip(said, [*said[1:], ""]) if word in OTHER]
    return any(not word or word in AROUND or word in about.split() for word in after)


def asks_for_another(text: str, about: str) -> bool:
    """ "Y la otra?", "and the fibre?", "e do 4567?": hardly more than "and", and what is meant."""
    said = plain(text).split()
    rest = [word for word in said if word not in ASKING and word not in AROUND]
    begins = bool(said) and said[0] in ASKING
    return len(rest) <= SHORT and (begins or set(rest) <= OTHER | set(about.split())) and bool(rest)


def _wholly_named(said: str, options: Sequence[Option]) -> list[Option]:
    """By value, title or name; by a number's last digits."""
    exact = [each for each in options if plain(said) in _names(each)]
    digits = re.sub(r"\D", "", said)
    if exact or len(digits) < DIGITS_ENOUGH:
        return exact
    return [each for each in options if _ends_in(each, digits)]


def _by_measure(said: list[str], options: Sequence[Option]) -> Option | None:
    """ "La de 2", "la de dos" is the one of two gigabytes, not the second, where one is called so; "the 20
    one" is no place at all."""
    after = [word for of, word in zip(said, [*said[1:], ""]) if of in ("de", "d")]
    figures = [str(NAMED.get(word, word)) for word in after] or TWO_DIGITS.findall(" ".join(said))
    if len(figures) != 1 or not figures[0].isdigit():
        return None
    sized = re.compile(rf"\b{figures[0]} ?gb\b")
    of_size = [each for each in options if any(map(sized.search, _names(each)))]
    return called(figures[0], options) or _the_one(of_size)


def _by_place(said: list[str], options: Sequence[Option]) -> Option | None:
    telling = [word for word in said if word not in AROUND] or said
    if len(telling) != 1:
        return None
    place = len(options) - 1 if telling[0] in LAST else PLACE_OF.get(telling[0], len(options))
    return options[place] if place < len(options) else None


def _by_words(text: str, options: Sequence[Option]) -> Option | None:
    """Whose name shares the most telling words with hers; "20 giga" is a word."""
    telling = set(joined(plain(text)).split()) - SMALL_WORDS
    shared = [len(telling & set(joined(" ".join(_names(each))).split())) for each in options]
    most = max(shared, default=0)
    return _the_one([each for each, count in zip(options, shared) if count == most]) if most else None


def _by_size(said: set[str], options: Sequence[Option]) -> Option | None:
    """The cheapest of those that are ranked; that in the middle; the other one of two, or the very last."""
    ranked = [each for each in options if each.ranked]
    if said & MIDDLE and len(ranked) > len(("small", "big")):
        return ranked[(len(ranked) - 1) // 2]
    little, big = bool(said & LITTLE), bool(said & (BIG | BIGGEST))
    if len(ranked) < 2 or little == big:
        return None
    if little:
        return ranked[0]
    return ranked[-1] if len(ranked) == 2 or said & BIGGEST else None


def joined(words: str) -> str:
    """ "20gb" of "20 gigas": one word."""
    return GIGABYTES.sub(r"\1gb", words)


def _names(option: Option) -> list[str]:
    return [plain(name) for name in (option.value, option.title, *option.names)]


def _ends_in(option: Option, digits: str) -> bool:
    numbers = (re.sub(r"\D", "", name) for name in (option.title, *option.names))
    return any(number.endswith(digits[-10:]) for number in numbers if number)


def _the_one(options: Sequence[Option]) -> Option | None:
    return options[0] if len(options) == 1 else None
