"""What two versions say differently, word by word. Pure rules."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_PIECE = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
# Versions that are longer are compared line by line: words would take too long.
_MOST_PIECES = 6_000


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text: `same`, `gone` or `new`."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[Change]:
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if max(len(old), len(new)) > _MOST_PIECES:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_joined(_stretches(old, new)))


def _stretches(old: list[str], new: list[str]) -> Iterator[Change]:
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Change("same", "".join(old[i:j]))
            continue
        if j > i:
            yield Change("gone", "".join(old[i:j]))
        if m > k:
            yield Change("new", "".join(new[k:m]))


def _joined(changes: Iterator[Change]) -> Iterator[Change]:
    """Neighbours of one kind are one; a lone space between two changes belongs to them."""
    last: Change | None = None
    for each in changes:
        if last is not None and last.kind == each.kind:
            last = Change(last.kind, last.text + each.text)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last
