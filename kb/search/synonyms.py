"""Words and phrases that mean the same to customers: the shipped ones, and which a text uses."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from kb.search import words

_FOLDER = Path(__file__).parent / "synonyms_of"


def shipped(language: str) -> list[list[str]]:
    """The groups of `synonyms_of/<language>.txt`: a line each, divided by commas."""
    return [list(group) for group in _shipped(language)]


@cache
def _shipped(language: str) -> tuple[tuple[str, ...], ...]:
    path = _FOLDER / f"{language}.txt"
    return tuple(map(tuple, read(path.read_text(encoding="utf-8")))) if path.exists() else ()


def read(text: str) -> list[list[str]]:
    """A group a line; what follows `#` is a remark; groups of one say nothing."""
    lines = (line.partition("#")[0] for line in text.splitlines())
    groups = (
        [" ".join(each.split()) for each in line.split(",") if each.strip()] for line in lines
    )
    return [list(dict.fromkeys(group)) for group in groups if len(set(group)) > 1]


def written(groups: Sequence[Sequence[str]]) -> str:
    """As people edit them."""
    return "\n".join(", ".join(group) for group in groups)


def touched(text: str, groups: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The groups of which the text uses a word or phrase; accents, case and plurals aside."""
    said = folded(text)
    return [group for group in groups if any(is_said(each, said) is not None for each in group)]


def is_said(phrase: str, said: Sequence[str]) -> int | None:
    """Where among these words the phrase begins, if it is there."""
    wanted = plain(phrase)
    if not wanted or wanted[0] not in said:
        return None
    for place in range(len(said) - len(wanted) + 1):
        if tuple(said[place : place + len(wanted)]) == wanted:
            return place
    return None


def folded(text: str) -> list[str]:
    """The words in plain letters, without the ending of a plural."""
    return [_singular(words.fold(each)) for each in words.words_of(text)]


@cache
def plain(phrase: str) -> tuple[str, ...]:
    return tuple(folded(phrase))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
