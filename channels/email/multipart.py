"""The fields of a form with files (RFC 7578), out of the raw bytes that were signed."""

import re
from dataclasses import dataclass

from channels.port import Malformed

_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,200})\"|([^\s;,]{1,200}))", re.IGNORECASE)
_PARAMETER = re.compile(rb";\s*(name|filename)=(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;]*))", re.IGNORECASE)
_TYPE = re.compile(rb"^content-type:\s*(\S[^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_MOST_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class Field:
    """A field without a file name is a value."""

    name: str
    content: bytes
    filename: str | None = None
    content_type: str = "application/octet-stream"


def fields_of(body: bytes, content_type: str) -> dict[str, Field]:
    """By name; of several with the same name the first."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Malformed("no boundary")
    mark = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 2 or len(pieces) > _MOST_FIELDS:
        raise Malformed("no form")
    fields: dict[str, Field] = {}
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            break
        head, gap, content = piece.partition(b"\r\n\r\n")
        field = _field(head, content) if gap else None
        if field is not None:
            fields.setdefault(field.name, field)
    return fields


def _field(head: bytes, content: bytes) -> Field | None:
    given = {
        match[1].lower(): re.sub(rb"\\(.)", rb"\1", match[2]) if match[2] is not None else match[3]
        for match in _PARAMETER.finditer(head)
    }
    if b"name" not in given:
        return None
    kind = _TYPE.search(head)
    return Field(
        given[b"name"].decode("utf-8", "replace"),
        content,
        given[b"filename"].decode("utf-8", "replace") if b"filename" in given else None,
        kind[1].decode("latin-1").strip() if kind else "application/octet-stream",
    )
