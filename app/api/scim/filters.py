"""Filters as directories send them: comparisons by “eq”, several joined by “and”. Pure.

`userName eq "eva@aurora.example"`, `emails[type eq "work"].value eq "…"`, `active eq true`,
`id eq "…" and members eq "…"`; a name may stand behind the address of its schema.
"""

import re
from collections.abc import Sequence

from app.core.errors import Invalid
from app.core.i18n import lazy

MOST_TERMS = 3
_NAME = r'(?:urn:[A-Za-z0-9.:]{1,90}:)?[A-Za-z.$]{1,40}(?:\[\s*type\s+eq\s+"work"\s*\]\.value)?'
_TERM = rf'({_NAME})\s+eq\s+("(?:[^"\\]|\\["\\]){{0,300}}"|true|false)'
_FIRST = re.compile(rf"\s*{_TERM}\s*", re.IGNORECASE)
_NEXT = re.compile(rf"and\s+{_TERM}\s*", re.IGNORECASE)
_WORK = re.compile(r'\[\s*type\s+eq\s+"work"\s*\]', re.IGNORECASE)


class BadFilter(Invalid):
    code = "invalid_filter"
    message = lazy("This filter is not understood here. Only comparisons by “eq” and “and” are.")


def read(given: str, known: Sequence[str]) -> list[tuple[str, str]]:
    """Which of these attributes are to have which values, all of them. Raises BadFilter."""
    if not given.strip():
        return []
    terms: list[tuple[str, str]] = []
    found = _FIRST.match(given)
    while found is not None and len(terms) < MOST_TERMS:
        terms.append((_attribute(found[1], known), _value(found[2])))
        if found.end() == len(given):
            return terms
        found = _NEXT.match(given, found.end())
    raise BadFilter


def _attribute(written: str, known: Sequence[str]) -> str:
    plain = _WORK.sub("", written).rpartition(":")[2].casefold()
    for name in known:
        if name.casefold() == plain:
            return name
    raise BadFilter


def _value(written: str) -> str:
    if not written.startswith('"'):
        return written.casefold()
    value = re.sub(r"\\(.)", r"\1", written[1:-1])
    if not value or "\0" in value:
        raise BadFilter
    return value
