"""The part of a text that matches, with what matches marked. Pure rules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from app.search.wording import fold, typed

_WIDTH = 180
_BEFORE = 60
_MOST_MARKS = 12


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    is_match: bool = False


def marked(text: str, asked: str) -> list[Piece]:
    """All of it, with what begins as a word of what was asked for marked."""
    return snippet(text, typed(asked).words, width=len(text) + 1)


def snippet(
    text: str, words: Sequence[str], *, width: int = _WIDTH, near: bool = False
) -> list[Piece]:
    """On one line, around the first word that begins as one of `words` does, or is `near` one."""
    line = " ".join(text.split())
    marks = _near(line, words) if near else _marks(line, words)
    start = max(0, marks[0][0] - _BEFORE) if marks and len(line) > width else 0
    start = line.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(line), start + width)
    pieces = [Piece("…")] if start else []
    here = start
    for begin, stop in marks:
        if begin < here or stop > end:
            continue
        pieces += [Piece(line[here:begin]), Piece(line[begin:stop], is_match=True)]
        here = stop
    pieces.append(Piece(line[here:end] + ("…" if end < len(line) else "")))
    return [each for each in pieces if each.text]


def _marks(line: str, words: Sequence[str]) -> list[tuple[int, int]]:
    folded = fold(line)
    if not words or len(folded) != len(line):
        return []
    any_of = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = re.finditer(rf"(?<![^\W_])(?:{any_of})[^\W_]*", folded)
    return [match.span() for match, _ in zip(found, range(_MOST_MARKS), strict=False)]


def _near(line: str, words: Sequence[str]) -> list[tuple[int, int]]:
    folded = fold(line)
    if len(folded) != len(line):
        return []
    found = (
        each
        for each in re.finditer(r"[^\W_]+", folded)
        if any(_is_near(each.group(), word) for word in words)
    )
    return [match.span() for match, _ in zip(found, range(_MOST_MARKS), strict=False)]


def _is_near(word: str, asked: str) -> bool:
    """As a search engine forgives: another ending, or a slip or two, the longer the more."""
    slips = 2 if len(asked) > 5 else 1 if len(asked) > 2 else 0
    beginning = asked[: max(4, len(asked) - 3)]
    return word.startswith(beginning) or OSA.distance(word, asked, score_cutoff=slips) <= slips
