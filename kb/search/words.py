"""Words as search sees them: folded to plain letters, and how many slips two of them are apart."""

import re
import unicodedata
from collections.abc import Collection

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LONGEST = 40


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, accents kept; anything else is a gap between words.

    A word with hyphens gives its parts and the whole without them (`e-mail`: e, mail, email).
    What is longer than any real word is left out: PostgreSQL takes no word over 2 kB.
    """
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFC", text).lower()):
        parts = word.split("-")
        found += [*parts, "".join(parts)] if len(parts) > 1 else parts
    return [word for word in found if len(word) <= _LONGEST]


def fold(word: str) -> str:
    """Without accents: `facturación` becomes `facturacion`."""
    apart = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def forgiven_slips(word: str) -> int:
    """How many typing slips a word of this length may hold and still be recognised.

    Short words get none: one slip makes another word of them (`hago`, `pago`).
    """
    if len(word) < 5:
        return 0
    return 1 if len(word) < 8 else 2


def slips(typed: str, meant: str) -> int:
    """Letters added, left out, changed, or swapped with their neighbour, at the least."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, 1):
        before, above, row = row, before, [i]
        for j, wanted in enumerate(meant, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted)))
            if above and j > 1 and letter == meant[j - 2] and typed[i - 2] == wanted:
                row[j] = min(row[j], above[j - 2] + 1)
    return row[-1]


def nearest(typed: str, known: Collection[str]) -> set[str]:
    """The known words that `typed` most likely meant: those the fewest forgiven slips away."""
    by_slips: dict[int, set[str]] = {}
    for word in known:
        by_slips.setdefault(slips(typed, word), set()).add(word)
    fewest = min(by_slips, default=None)
    if fewest is None or fewest > forgiven_slips(typed):
        return set()
    return by_slips[fewest]
