"""Layouts: written, tried on samples, and changed one version after the other."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid
from app.markets.queries import market
from app.mediation import access, layout
from app.mediation.errors import BadLayout, LayoutChanged
from app.mediation.layout import BadDefinition
from app.mediation.mapping import BadField, Mapper
from app.mediation.models import Layout
from app.mediation.reading import Reader, Role, Row, Unreadable

_MOST_SAMPLES = 50


@dataclass(frozen=True, slots=True)
class Sample:
    """A row as a layout reads it: `record` as text by field, or the `fault`."""

    row: Row
    role: str
    record: Mapping[str, str]
    fault: str | None = None


def add_layout(
    source: str, name: str, market_code: str, definition: Mapping[str, Any], *, by: Actor
) -> Layout:
    """Raises BadLayout, Conflict for a source that has one, Invalid for names that are none."""
    by.must("usage.import")
    with db.transaction():
        if not by.sees_market(market_code):
            raise Invalid(field="market")
        market(market_code)
        _check_name(source, "source")
        _check_name(name, "name")
        if db.session.get(Layout, source) is not None:
            raise Conflict(field="source")
        added = Layout(
            source=source,
            name=name,
            market_code=market_code,
            definition=_checked(definition),
            changed_at=clock.now(),
        )
        db.session.add(added)
        audit.record(by, "usage_layout.added", "usage_layout", source, definition=definition)
    return added


def change_layout(
    source: str, name: str, definition: Mapping[str, Any], *, version: int, by: Actor
) -> Layout:
    """`version` is the one that was looked at. Raises LayoutChanged, BadLayout, UnknownSource."""
    with db.transaction():
        found = access.layout_for(by, source, "usage.import", lock=True)
        if found.version != version:
            raise LayoutChanged
        _check_name(name, "name")
        before = found.definition
        found.name, found.definition = name, _checked(definition)
        found.version += 1
        found.changed_at = clock.now()
        audit.record(
            by, "usage_layout.changed", "usage_layout", source, definition=(before, definition)
        )
    return found


def try_layout(definition: Mapping[str, Any], sample: str) -> list[Sample]:
    """What a layout makes of some lines; nothing is kept. Raises BadLayout."""
    read = _read(definition)
    reader = Reader(read)
    mapper = Mapper(read, reader)
    found: list[Sample] = []
    try:
        content = sample.encode(read.encoding, "replace")
        for row in reader.rows(io.BytesIO(content)):
            found.append(_tried(reader, mapper, row))
            if len(found) == _MOST_SAMPLES:
                break
    except Unreadable as error:
        found.append(Sample(Row(error.row, "", None), "record", {}, error.reason))
    return found


def _tried(reader: Reader, mapper: Mapper, row: Row) -> Sample:
    role = reader.role(row)
    if role is not Role.RECORD:
        return Sample(row, role.value, {})
    try:
        return Sample(row, role.value, mapper.parsed(row).plain())
    except BadField as bad:
        return Sample(row, role.value, mapper.understood(row), bad.field)


def _checked(definition: Mapping[str, Any]) -> dict[str, Any]:
    _read(definition)
    return dict(definition)


def _read(definition: Mapping[str, Any]) -> layout.Definition:
    try:
        return layout.read(definition)
    except BadDefinition as bad:
        raise BadLayout(faults=bad.faults) from None


def _check_name(text: str, field: str) -> None:
    """A source is also the name of a folder and of a topic."""
    if not (0 < len(text) <= 60 and text.isprintable()):
        raise Invalid(field=field)
    if field == "source" and not all(
        sign.isascii() and (sign.isalnum() or sign in "-_") for sign in text
    ):
        raise Invalid(field=field)
