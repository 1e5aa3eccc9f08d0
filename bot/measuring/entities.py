"""Entities, compared by kind and normal form, however the expected ones are written down."""

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from components.facts import facts_in
from components.finding import Setting

Named = tuple[str, str]
OURS_ALONE = ("language", "line_id", "invoice_number")  # nobody else names these


def expected_in(line: dict[str, Any], setting: Setting) -> set[Named] | None:
    """As a list of {entity, value} or as {entity: value or values}; None when the line has none of it."""
    if line.get("entities") is None:
        return None
    return {(kind, normal(kind, value, setting)) for kind, value in _pairs(line["entities"])}


def found_in(parsed: dict[str, Any]) -> set[Named]:
    return {
        (each["entity"], _comparable(str(each["value"])))
        for each in parsed.get("entities") or []
        if each["entity"] not in OURS_ALONE
    }


def normal(kind: str, value: Any, setting: Setting) -> str:
    """The form in which the bot tells this value; as it stands when the bot would not find it."""
    found = [each["value"] for each in facts_in(str(value), setting) if each["entity"] == kind]
    return _comparable(found[0] if len(found) == 1 else str(value))


def _comparable(value: str) -> str:
    plain = " ".join(value.split()).casefold()
    try:
        return str(Decimal(plain).normalize())
    except InvalidOperation:
        return plain


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
    kinds = sorted({kind for both in pairs for side in both for kind, _ in side})
    return {**_f1(pairs), "by_kind": {kind: _f1(pairs, kind)["f1"] for kind in kinds}}


def _f1(pairs: list[tuple[set[Named], set[Named]]], only: str | None = None) -> dict[str, float]:
    def of(side: set[Named]) -> set[Named]:
        return {each for each in side if only in (None, each[0])}

    right = sum(len(of(expected) & of(found)) for expected, found in pairs)
    expected = sum(len(of(each)) for each, _ in pairs)
    found = sum(len(of(each)) for _, each in pairs)
    return {
        "precision": round(right / found, 4) if found else 0.0,
        "recall": round(right / expected, 4) if expected else 0.0,
        "f1": round(2 * right / (found + expected), 4) if found + expected else 0.0,
    }
