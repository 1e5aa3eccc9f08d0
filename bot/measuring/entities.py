"""Entities, compared by kind and value, however the expected ones are written down.

People who write such sets name a value as it stands in the message ("8 lucas", "quid", "el 4") or in a normal
form (`8000`, `GBP`, `2026-12-04`). Either is right: one found is the one expected when both are of one kind
and have a form in common, or when the words of one are among the words of the other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from components.facts import bare, facts_in
from components.finding import Setting

OURS_ALONE = ("language", "line_id", "invoice_number")  # nobody else names these
FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Named:
    """One entity by every form in which its value may be told."""

    kind: str
    forms: frozenset[str]

    def same(self, other: "Named") -> bool:
        return self.kind == other.kind and (
            bool(self.forms & other.forms)
            or any(_within(a, b) or _within(b, a) for a in self.forms for b in other.forms)
        )


def expected_in(line: dict[str, Any], setting: Setting) -> set[Named] | None:
    """As a list of {entity, value} or as {entity: value or values}; None when the line has none of it."""
    if line.get("entities") is None:
        return None
    return {
        Named(kind, frozenset({_comparable(str(value)), normal(kind, value, setting)}))
        for kind, value in _pairs(line["entities"])
    }


def found_in(parsed: dict[str, Any]) -> set[Named]:
    """What is named twice in a message counts once."""
    forms: dict[tuple[str, str], set[str]] = {}
    for each in parsed.get("entities") or []:
        if each["entity"] not in OURS_ALONE:
            value = _comparable(str(each["value"]))
            written = (parsed.get("text") or "")[each.get("start", 0) : each.get("end", 0)]
            forms.setdefault((each["entity"], value), {value}).update(_as_written(each["entity"], written))
    return {Named(kind, frozenset(several)) for (kind, _), several in forms.items()}


def _as_written(kind: str, written: str) -> Iterator[str]:
    if written:
        yield _comparable(written)
    if kind == "amount":  # "8 lucas" are eight of something to one, 8000 pesos to another
        yield from (_comparable(figure) for figure in FIGURE.findall(written))


def normal(kind: str, value: Any, setting: Setting) -> str:
    """The form in which the bot tells this value; as it stands when the bot would not find it."""
    found = [each["value"] for each in facts_in(str(value), setting) if each["entity"] == kind]
    return _comparable(found[0] if len(found) == 1 else str(value))


def _comparable(value: str) -> str:
    plain = " ".join(bare(value).split())
    try:
        return f"{Decimal(plain).normalize():f}"
    except InvalidOperation:
        return plain


def _within(part: str, whole: str) -> bool:
    """Whole words of one are words of the other: "4" of "el 4", "tarjeta" of "tarjeta de debito"."""
    return f" {part} " in f" {whole} "


def _pairs(entities: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(entities, dict):
        for kind, values in entities.items():
            yield from ((kind, value) for value in (values if isinstance(values, list) else [values]))
        return
    for each in entities:
        kind = each.get("entity") or each.get("type") or each.get("name")
        if kind:
            yield kind, each.get("value")


def scores(pairs: Iterable[tuple[set[Named], set[Named]]]) -> dict[str, Any]:
    """Precision, recall and F1 over all messages, and F1 of each kind."""
    pairs = list(pairs)
    kinds = sorted({named.kind for both in pairs for side in both for named in side})
    return {**_f1(pairs), "by_kind": {kind: _f1(pairs, kind)["f1"] for kind in kinds}}


def agreed(expected: Iterable[Named], found: Iterable[Named]) -> int:
    """How many pairs there are; nothing found answers for two that were expected."""
    left = list(found)
    for one in expected:
        match = next((other for other in left if one.same(other)), None)
        if match:
            left.remove(match)
    return len(list(found)) - len(left)


def _f1(pairs: list[tuple[set[Named], set[Named]]], only: str | None = None) -> dict[str, float]:
    def of(side: set[Named]) -> list[Named]:
        return [each for each in side if only in (None, each.kind)]

    right = sum(agreed(of(expected), of(found)) for expected, found in pairs)
    expected = sum(len(of(each)) for each, _ in pairs)
    found = sum(len(of(each)) for _, each in pairs)
    return {
        "precision": round(right / found, 4) if found else 0.0,
        "recall": round(right / expected, 4) if expected else 0.0,
        "f1": round(2 * right / (found + expected), 4) if found + expected else 0.0,
    }
