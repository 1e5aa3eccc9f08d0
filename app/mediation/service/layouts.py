"""Layouts: written, tried on samples, and changed one version after the other."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid
from app.markets.queries import market
from app.mediation import access, layout
from app.mediation.entries import Entry, Origin
from app.mediation.errors import BadLayout, LayoutChanged
from app.mediation.layout import BadDefinition
from app.mediation.mapping import BadField, Mapper
from app.mediation.models import Layout
from app.mediation.reading import Reader, Role, Row, Unreadable
from app.mediation.service.judging import doubts
from app.mediation.totals import Check, Checker

MOST_SAMPLES = 50


@dataclass(frozen=True, slots=True)
class Sample:
    """A row as a layout reads it: `record` as text by field.

    `reason` is the code with which it would go to review, `field` the one that cannot be read.
    """

    row: Row
    role: str
    record: Mapping[str, str]
    reason: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """The first of so many `rows`, the control totals, and why a file like this was refused."""

    samples: Sequence[Sample]
    rows: int
    checks: Sequence[Check]
    refusal: str | None


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
            definition=checked(definition),
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
        found.name, found.definition = name, checked(definition)
        found.version += 1
        found.changed_at = clock.now()
        audit.record(
            by, "usage_layout.changed", "usage_layout", source, definition=(before, definition)
        )
    return found


def try_layout(definition: Mapping[str, Any], sample: str, market_code: str, *, by: Actor) -> Trial:
    """What a layout of this market makes of some lines; nothing is kept. Raises BadLayout."""
    by.must("usage.import")
    if not by.sees_market(market_code):
        raise Invalid(field="market")
    origin = Origin("", market(market_code).code, _read(definition), by.markets)
    reader, checker = Reader(origin.definition), Checker(origin.definition)
    content = io.BytesIO(sample.encode(origin.definition.encoding, "replace"))
    rows, refusal, checks = list[Row](), None, list[Check]()
    try:
        for row in reader.rows(content):
            rows.append(row)
            checker.see(row)
        checks = checker.checks() if rows else []
    except Unreadable as error:
        refusal = error.reason
    return Trial(_tried(origin, reader, rows[:MOST_SAMPLES]), len(rows), checks, refusal)


def _tried(origin: Origin, reader: Reader, rows: Sequence[Row]) -> list[Sample]:
    mapper = Mapper(origin.definition, reader)
    found: dict[int, Sample] = {}
    entries: list[Entry] = []
    for row in rows:
        role = reader.role(row)
        try:
            if role is Role.RECORD:
                entries.append(Entry(row, mapper.parsed(row)))
            else:
                found[row.number] = Sample(row, role.value, {})
        except BadField as bad:
            record = mapper.understood(row)
            found[row.number] = Sample(row, role.value, record, "malformed", bad.field)
    for entry, reason in doubts(origin, entries):
        record = entry.parsed.plain()
        found[entry.row.number] = Sample(entry.row, Role.RECORD.value, record, reason)
    return [found[row.number] for row in rows]


def checked(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Raises BadLayout."""
    _read(definition)
    return dict(definition)


def _read(definition: Mapping[str, Any]) -> layout.Definition:
    try:
        return layout.read(definition)
    except BadDefinition as bad:
        raise BadLayout(bad.faults) from None


def _check_name(text: str, field: str) -> None:
    """A source is also the name of a folder and of a topic."""
    if not (0 < len(text) <= 60 and text.isprintable()):
        raise Invalid(field=field)
    if field == "source" and not all(
        sign.isascii() and (sign.isalnum() or sign in "-_") for sign in text
    ):
        raise Invalid(field=field)
