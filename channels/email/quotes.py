"""Where in a mail's lines the mail that it answers begins, as programs in many languages write it.

Each line is looked at a bounded number of times and in a bounded length, so that no mail is slow.
"""

import re
from collections.abc import Sequence
from enum import Enum
from itertools import islice, takewhile

from channels.email.quote_words import (
    BEGINNINGS,
    DATE,
    DAYS,
    FROM,
    OPENERS,
    ORIGINAL,
    OTHERS,
    PASSED_ON,
    SENT,
    SUBJECT,
    TO_ALONE,
    VERBS,
)

# "On …, … wrote:" is broken into several lines by some programs.
_LONGEST_INTRODUCTION = 5
_LONGEST_LINE = 600
_LONGEST_OPENING = 200
_LONGEST_END = 400
_MOST_WORDS_OF_A_NAME = 7


class Mark(Enum):
    """What a line says of what follows it."""

    WROTE = "wrote"  # "On …, … wrote:": what follows is quoted
    REPLIED = "replied"  # "---Original Message---", or From, Sent, To, Subject
    FORWARDED = "forwarded"  # what follows is what the sender wants us to read
    NOTHING = "nothing"  # it is quoted line by line, and nothing stands above


# What stands behind the verb may tell the time.
_WROTE = re.compile(
    rf"(?:\b(?:{VERBS})\b(?:[^:：]|(?<=\d):(?=\d)){{0,200}}"
    r"|(?:写道|寫道|のメッセージ|のメール|さんは書きました|が書きました|작성))\s*[:：]\s*$",
    re.IGNORECASE,
)
_ENDS_WITH_ADDRESS = re.compile(
    r"[<\[(]\s*[^<>\s]+@[^<>\s]+\s*[>\])]+\s*[^\s:：]{0,10}\s*[:：]\s*$"
)
_DATE_AND_ADDRESS = re.compile(r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.*<[^<>\s]+@[^<>\s]+>$")
# Whatever the language, a program wrote what tells all of this and ends with a colon.
_TIME = re.compile(r"\b\d{1,2}[:.h]\d\d\b")
_ADDRESS = re.compile(r"[<(]\s?[^<>()\s]+@[^<>()\s]+\s?[>)]")
_TELLS = (re.compile(r"\b(?:19|20)\d\d\b"), _TIME, _ADDRESS)
_ENDS_WITH_TIME = re.compile(r"\d[:.h]\d\d\s?(?:[ap]\.?\s?m\.?)?\s?[:：]\s*$", re.IGNORECASE)
_ENDS_WITH_VERB = re.compile(rf"\b(?:{VERBS})\s?:?$", re.IGNORECASE)
_OPENS = re.compile(
    rf"^(?:(?:{OPENERS})(?:\b|(?<=[^\x00-\x7f])).*\d"
    r"|\d{1,4}\s?[-/.年년 ]\s?\d{1,2}\s?[-/.月월 ]\s?\d{1,4}.*|\d{1,2} (?:de )?[^\W\d]{3,12}\.? .*"
    rf"|(?:{DAYS})[^\W\d]*\.?,? .*\d|(?:пн|вт|ср|чт|пт|сб|вс)[^\W\d]*, .*\d"
    rf"|.{{1,60}}\b(?:{VERBS})\s*[:：]\s*$)",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d|@")
# With the quote itself on the same line.
_BEFORE_QUOTE = re.compile(
    rf"^(?:{OPENERS})\b.{{5,200}}<[^<>\s]+@[^<>\s]+>\s*(?:{VERBS})\s?:\s{{2,}}\S", re.IGNORECASE
)
# Behind her words on the same line.
_BEHIND = re.compile(
    rf"(?:(?<=\s)|-{{2,}}\s?)((?:on|el|em|le) (?:{DAYS}|\d{{1,2}}[ /])"
    rf".{{5,200}}\b(?:{VERBS})\s?:)\s*$",
    re.IGNORECASE,
)
_REPLIED = re.compile(
    rf"(?:{ORIGINAL})(?!\w)"
    r"|.{0,60}\b(?:above this line|(?:por encima|arriba|acima) d(?:e )?esta l(?:ínea|inha))",
    re.IGNORECASE,
)
_FORWARDED = re.compile(rf"(?:{PASSED_ON})(?!\w)", re.IGNORECASE)
_BEGINS = re.compile(rf"^(?:{BEGINNINGS})\s*:\s*$", re.IGNORECASE)


def _label(words: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{words})\s?\*{{0,2}}\s?[:：]", re.IGNORECASE)


_FIRST = _label(f"{FROM}|{DATE}|{SENT}|{SUBJECT}")
_ANY = _label(f"{FROM}|{DATE}|{SENT}|{SUBJECT}|{OTHERS}")
_TO = _label(TO_ALONE)
_TELLING = _label(f"{SENT}|{SUBJECT}")
_FROM_LABEL = _label(FROM)
_DAY = _label(f"{DATE}|{SENT}")
_SUBJECT_LABEL = _label(SUBJECT)
# The whole block on one line, as some programs make text of HTML.
_TO_INSIDE = re.compile(r" (?:to|para|an|à)\s?:", re.IGNORECASE)
_SUBJECT_INSIDE = re.compile(rf" (?:{SUBJECT})\s?:", re.IGNORECASE)
_ONLY_ADDRESS = re.compile(r'"?[^<>"@]{0,100}"?\s?<[^<>\s]+@[^<>\s]+>')
_MOMENT = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4} \d{1,2}[:.]\d\d")
_ALONE = tuple(re.compile(words, re.IGNORECASE) for words in (TO_ALONE, SUBJECT))
_LINES = "-‐–—_=*#"
_AROUND = f"{_LINES}>| \t\u00a0"


def is_quoted(lines: Sequence[str], at: int) -> bool:
    """By a mark at its start, which is no bracket that the line before left open, nor an arrow."""
    line = lines[at].lstrip()
    if line[:1] != ">":
        return False
    before = lines[at - 1][:_LONGEST_LINE] if at else ""
    if before.rfind("<http") > before.rfind(">"):
        return False
    return not line.startswith(">>> >>>")


def introduction(lines: Sequence[str], at: int) -> tuple[int, Mark] | None:
    """How many lines from here on say that another mail follows, and how; None when they do not."""
    line = lines[at][:_LONGEST_LINE].strip()
    if line[:1] in _LINES and (found := _below_line(lines, at, line)):
        return found
    if _BEGINS.match(line):
        return 1, Mark.FORWARDED
    if "@" in line and _BEFORE_QUOTE.match(line):
        return 1, Mark.REPLIED
    if _is_header_block(lines, at) or ("@" in line and _is_sheet(lines, at, line)):
        return 1, Mark.REPLIED
    length = _wrote(lines, at)
    return (length, Mark.WROTE) if length else None


def _below_line(lines: Sequence[str], at: int, line: str) -> tuple[int, Mark] | None:
    """What a drawn line says by the words in it, or below it."""
    words = line.strip(_AROUND)
    drawn = len(line) - len(words) >= 2
    if not words:
        below = _below_rule(lines, at) if len(line) >= 3 else 0
        return (below - at + 1, Mark.REPLIED) if below else None
    if not drawn:
        return None
    if _FORWARDED.match(words):
        return 1, Mark.FORWARDED
    if _REPLIED.match(words):
        return 1, Mark.REPLIED
    return _below_words(lines, at, words) if line[:2] == line[-2:] == "--" else None


def _below_words(lines: Sequence[str], at: int, words: str) -> tuple[int, Mark] | None:
    """Words between lines, in a language that we know the verbs of, or above a header block."""
    if _ENDS_WITH_VERB.search(words[-40:]):
        return 1, Mark.WROTE
    below = _below_rule(lines, at)
    return (below - at + 1, Mark.REPLIED) if below else None


def passes_on(line: str) -> bool:
    """Whether a quoted line says that what is quoted was passed on: some programs quote it all."""
    words = line[:_LONGEST_LINE].strip(f"{_AROUND}\n")
    return bool(_BEGINS.match(words) or ("--" in line and _FORWARDED.match(words)))


def words_before(line: str, *, quoted_below: bool) -> str | None:
    """Her words on the line that ends with the introduction of the quote."""
    if line.rstrip()[-1:] != ":" or len(line) > _LONGEST_LINE:
        return None
    found = _BEHIND.search(line)
    if found is None or not line[: found.start()].strip():
        return None
    return line[: found.start()].rstrip() if "@" in found[1] or quoted_below else None


def quote_follows(lines: Sequence[str], at: int) -> bool:
    for number in range(at, min(at + 4, len(lines))):
        if lines[number].strip():
            return is_quoted(lines, number)
    return False


def _below_rule(lines: Sequence[str], at: int) -> int:
    """The first line of the header block under a rule; 0 without one."""
    for number in range(at + 1, min(at + 4, len(lines))):
        if lines[number].strip():
            return number if _is_header_block(lines, number) else 0
    return 0


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """From, Sent, To, Subject … as some programs put them above what they quote: three of them,
    and one that nobody writes over a list of her own, or a mail address; or an address and a day
    with its time."""
    line = _bare(lines[at])
    if (":" not in line[:60] and "：" not in line[:60]) or not _begins(lines, at, line):
        return False
    begun = _FROM_LABEL.match(line)  # another one begins another block
    if (to := _TO_INSIDE.search(line)) and _SUBJECT_INSIDE.search(line, to.end()):
        return True
    below = (_bare(each) for each in lines[at + 1 : at + 14] if each.strip())
    near = list(takewhile(lambda each: not begun or not _FROM_LABEL.match(each), islice(below, 8)))
    labels = [line, *(each for each in near if _ANY.match(each))]
    days = [each for each in labels if _DAY.match(each)]
    if _SUBJECT_LABEL.match(line) and not days:
        return False
    if near and near[0] in labels and _dated_and_addressed(line, near[0]):
        return True
    return (
        len(labels) >= 3
        and any(_FROM_LABEL.match(each) for each in labels)
        and any(_TELLING.match(each) or "@" in each for each in labels)
    )


def _begins(lines: Sequence[str], at: int, line: str) -> bool:
    """By From, Date or Subject; or by To with an address, above From."""
    if _FIRST.match(line):
        return True
    is_to = "@" in line and bool(_TO.match(line)) and at + 1 < len(lines)
    return is_to and bool(_FROM_LABEL.match(_bare(lines[at + 1])))


def _dated_and_addressed(*labels: str) -> bool:
    dated = any(_DAY.match(each) and _TIME.search(each) for each in labels)
    return dated and any("@" in each for each in labels)


def _is_sheet(lines: Sequence[str], at: int, line: str) -> bool:
    """As Notes wrote it: who with an address, when, and below them To and Subject on lines of
    their own."""
    below = [each[:_LONGEST_LINE].strip() for each in lines[at + 1 : at + 16] if each.strip()]
    if not _ONLY_ADDRESS.fullmatch(line) or not below or not _MOMENT.match(below[0]):
        return False
    return all(any(name.fullmatch(each) for each in below) for name in _ALONE)


def _bare(line: str) -> str:
    return line[:_LONGEST_LINE].lstrip(_AROUND)


def _wrote(lines: Sequence[str], at: int) -> int:
    """How many lines "On …, … wrote:" takes: up to the first that ends with a colon."""
    if lines[at].rstrip()[-1:] == ">" and quote_follows(lines, at + 1):
        return int(bool(_DATE_AND_ADDRESS.match(lines[at].strip()[:_LONGEST_LINE])))
    last = _last_line(lines, at)
    if last is None:
        return 0
    whole = " ".join(" ".join(each[:_LONGEST_LINE].split()) for each in lines[at : last + 1])
    if not _says_who(lines, at, whole[-_LONGEST_END:], alone=last == at):
        return 0
    return last - at + 1 if _DATED.search(whole) or quote_follows(lines, last + 1) else 0


def _last_line(lines: Sequence[str], at: int) -> int | None:
    """The first that ends with a colon, when no empty one stands before it."""
    for number in range(at, min(at + _LONGEST_INTRODUCTION, len(lines))):
        line = lines[number].rstrip()
        if not line or line[-1] in ":：":
            return number if line else None
    return None


def _says_who(lines: Sequence[str], at: int, end: str, *, alone: bool) -> bool:
    wrote = _WROTE.search(end)
    if (wrote or _ENDS_WITH_ADDRESS.search(end)) and _opens(_bare(lines[at])[:_LONGEST_OPENING]):
        return True
    if alone and wrote and _ENDS_WITH_TIME.search(end):
        return True
    if not alone and (at and lines[at - 1].strip()):
        return False
    return all(each.search(end) for each in _TELLS) and any(
        each.search(lines[at][:_LONGEST_LINE]) for each in _TELLS
    )


def _opens(line: str) -> bool:
    """By a preposition, a day or a date, or a mail address among the first words."""
    if "@" in line and line.count(" ", 0, line.index("@")) <= _MOST_WORDS_OF_A_NAME:
        return True
    return bool(_OPENS.match(line))
