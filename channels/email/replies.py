"""What somebody wrote in this mail: without the mail it answers, and without the signature."""

import re
from collections.abc import Sequence
from functools import lru_cache

from channels.email.quotes import (
    Mark,
    introduction,
    is_quoted,
    passes_on,
    quote_follows,
    words_before,
)
from channels.email.signatures import without_signature

# More is never shown whole.
LONGEST = 1_000_000
# Nobody writes as many lines above what she quotes.
_MOST_OWN = 20_000
_BLANKS = re.compile(r"\n{3,}")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_PASSED_ON = re.compile(
    r"^\s*(?:fwd?|rv|reenv(?:iado)?|enc|res enc|tr|wg|i|doorst|vs|vb|转发|轉寄)\s*:", re.IGNORECASE
)


def visible(text: str, subject: str = "") -> str:
    """The new words; empty when there is nothing but a marked quote, or a phone's signature. What
    was passed on to us is what the sender wants to say, and stays: as the subject says it is, or
    as stands above it, or when nothing else is there."""
    lines, own, mark, rest = _parted(text)
    if _is_passed_on(mark, subject):
        return _tidy(lines)
    found = _tidy(without_signature(own))
    return found if found or any(own) or not rest else _tidy(lines)


def is_passed_on(text: str, subject: str) -> bool:
    """Whether it is a mail of somebody else's that the sender wants us to read."""
    _, _, mark, _ = _parted(text)
    return _is_passed_on(mark, subject)


def _is_passed_on(mark: Mark | None, subject: str) -> bool:
    return mark is Mark.FORWARDED or bool(mark and _PASSED_ON.match(subject))


def has_quote(text: str) -> bool:
    """Whether some of it is the mail that is answered."""
    _, _, mark, _ = _parted(text)
    return mark is not None


@lru_cache(maxsize=2)
def _parted(text: str) -> tuple[list[str], list[str], Mark | None, bool]:
    """All lines, and what `_own` says of them: asked several times of the same mail."""
    text = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    looked_at = _DIRECTIONS.sub("", text).split("\n") if _DIRECTIONS.search(text) else lines
    return lines, *_own(lines, looked_at)


def _tidy(lines: Sequence[str]) -> str:
    return _BLANKS.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _own(written: Sequence[str], lines: Sequence[str]) -> tuple[list[str], Mark | None, bool]:
    """Her own lines, what introduced the first mail that is not hers, and whether that is left out
    without every line being marked as quoted. `lines` are those written without what tells a
    screen in which direction to write."""
    own: list[str] = []
    first: Mark | None = None
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line or is_quoted(lines, at):
            if line and first is None:
                first = Mark.FORWARDED if passes_on(line) else Mark.NOTHING
            own += [] if line else [""]
            at += 1
            continue
        below = quote_follows(lines, at + 1)
        looks = len(own) < _MOST_OWN
        before = words_before(lines[at], quoted_below=below) if looks else None
        found = (1, Mark.WROTE) if before else introduction(lines, at) if looks else None
        if found is None:
            own.append(written[at])
            at += 1
            continue
        own += [before] if before else []
        length, mark = found
        first = mark if first in {None, Mark.NOTHING} else first
        at += length
        # Quoted line by line, so that answers may stand between and below.
        if not (mark is Mark.WROTE and quote_follows(lines, at)):
            return own, first, any(each.strip() for each in lines[at:])
    return own, first, False
