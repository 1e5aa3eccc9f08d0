"""What people call the parts of a layout; the form and its faults say the same."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.core.i18n import lazy

FIELDS: Mapping[str, Any] = {
    "number": lazy("Number"),
    "kind": lazy("Kind"),
    "started_at": lazy("Begins"),
    "quantity": lazy("Quantity"),
    "other_party": lazy("Other party"),
    "record_id": lazy("Record id"),
    "session_id": lazy("Session"),
    "sequence": lazy("Part number"),
    "part": lazy("Part"),
    "currency": lazy("Currency"),
}

_PARTS: Mapping[str, Any] = {
    "format": lazy("Kind of file"),
    "encoding": lazy("Encoding"),
    "timezone": lazy("Time zone"),
    "decimal": lazy("Decimals are written with"),
    "delimiter": lazy("Separator"),
    "quote": lazy("Quotation mark"),
    "columns": lazy("Columns"),
    "header_row": lazy("Names of the columns"),
    "mark": lazy("Where a row says what it is"),
    "header": lazy("Header"),
    "trailer": lazy("Trailer"),
    "beside": lazy("File of control totals beside it"),
    "suffix": lazy("Ending of its name"),
    "sha256": lazy("Name of the SHA-256 in it"),
    "fields": lazy("What stands where"),
    "totals": lazy("Control totals"),
    "from": lazy("Place"),
    "join": lazy("Places"),
    "always": lazy("Fixed value"),
    "values": lazy("Translated"),
    "time": lazy("How times are written"),
    "unit": lazy("Unit"),
    "in": lazy("Row"),
    "sum_of": lazy("Sum"),
}


def named(part: str) -> str:
    """A field, or another part of a definition."""
    return str(FIELDS.get(part) or _PARTS.get(part, part))


def steps(path: tuple[int | str, ...]) -> Iterator[str]:
    """The way to a part of a definition in words; what has no words is named as it is."""
    if len(path) > 1 and path[0] == "fields":
        yield str(FIELDS.get(str(path[1]), path[1]))
        path = path[2:]
    for step in path:
        if isinstance(step, int):
            yield str(step + 1)
        elif not step.startswith("["):  # `[key]`: pydantic's mark that a name is wrong, not a value
            yield str(_PARTS.get(step, step))
