"""What somebody wrote in this mail: without the mail it answers, and without the signature."""

import re
from collections.abc import Sequence
from functools import lru_cache

from channels.email.quotes import Mark, introduction, is_quoted, quote_follows, words_before
from channels.email.signatures import without_signature

# More is never shown whole.
LONGEST = 1_000_000
# Nobody writes as many lines above what she quotes.
_MOST_OWN = 20_000
_BLANKS = re.compile(r"\n{3,}")
_PASSED_ON = re.compile(
    r"^\s*(?:fwd?|rv|reenv(?:iado)?|enc|res enc|tr|wg|i|doorst|vs|转发|轉寄)\s*:", re.IGNORECASE
)


def visible(text: str, subject: str = "") -> str:
    """The new words; empty when there is nothing but a marked quote, or a phone's signature. What
    was passed on to us is what the sender wants to say, and stays: as the subject says it is, or
    as stands above it, or when nothing else is there."""
    lines, own, mark, rest = _parted(text)
    if mark is Mark.FORWARDED or (_PASSED_ON.match(subject) and mark is Mark.REPLIED):
        return _tidy(lines)
    found = _tidy(without_signature(own))
    return found if found or any(own) or not rest else _tidy(lines)


def is_passed_on(text: str, subject: str) -> bool:
    """Whether it is a mail of somebody else's that the sender wants us to read."""
    _, _, mark, _ = _parted(text)
    return mark is Mark.FORWARDED or bool(_PASSED_ON.match(subject) and mark is Mark.REPLIED)


def has_quote(text: str) -> bool:
    """Whether some of it is the mail that is answered."""
    lines, _, mark, _ = _parted(text)
    return mark is not None or any(is_quoted(lines, at) for at in range(len(lines)))


@lru_cache(maxsize=2)
def _parted(text: str) -> tuple[list[str], list[str], Mark | None, bool]:
    """All lines, and what `_own` says of them: asked several times of the same mail."""
    lines = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines, *_own(lines)


def _tidy(lines: Sequence[str]) -> str:
    return _BLANKS.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _own(lines: Sequence[str]) -> tuple[list[str], Mark | None, bool]:
    """Her own lines, what introduced the first mail that is not hers, and whether that is left out
    without every line being marked as quoted."""
    own: list[str] = []
    first: Mark | None = None
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line or is_quoted(lines, at):
            own += [] if line else [""]
            at += 1
            continue
        below = quote_follows(lines, at + 1)
        looks = len(own) < _MOST_OWN
        before = words_before(lines[at], quoted_below=below) if looks else None
        found = (1, Mark.WROTE) if before else introduction(lines, at) if looks else None
        if found is None:
            own.append(lines[at])
            at += 1
            continue
        own += [before] if before else []
        length, mark = found
        first = first or mark
        at += length
        # Quoted line by line, so that answers may stand between and below.
        if not (mark is Mark.WROTE and quote_follows(lines, at)):
            return own, first, any(each.strip() for each in lines[at:])
    return own, first, False
