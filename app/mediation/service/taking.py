"""Taking in rows of a source: understood, judged, counted; what is odd goes to the review queue."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from app.core import db
from app.core.actor import Actor
from app.mediation import access, layout
from app.mediation.entries import Entry, Judged, Odd, Origin
from app.mediation.errors import TooMuchAtOnce
from app.mediation.mapping import BadField, Mapper
from app.mediation.models import Layout
from app.mediation.reading import Reader, Role, Row, Unreadable
from app.mediation.service.anomalies import put_aside
from app.mediation.service.judging import judge

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the records of a delivery; the five sum to what was sent."""

    accepted: int = 0
    duplicates: int = 0
    matched: int = 0
    parts: int = 0
    for_review: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            self.accepted + other.accepted,
            self.duplicates + other.duplicates,
            self.matched + other.matched,
            self.parts + other.parts,
            self.for_review + other.for_review,
        )


def take(source: str, content: bytes, *, by: Actor) -> Taken:
    """A small delivery at once, in the source's format, in one transaction: all or nothing.

    Sent again, it changes nothing. Raises UnknownSource, and TooMuchAtOnce above 5,000 records.
    """
    by.must("usage.import")
    with db.transaction():
        origin = origin_of(access.layout_for(by, source, "usage.import"), by)
        rows = rows_of(origin, content)
        if len(rows) > AT_ONCE:
            raise TooMuchAtOnce(most=AT_ONCE)
        return take_rows(origin, rows)


def rows_of(origin: Origin, content: bytes) -> list[Row]:
    """The records in it; what cannot be read at all is one row without anything in it."""
    reader = Reader(origin.definition)
    try:
        found = reader.rows(io.BytesIO(content))
        return [row for row in found if reader.role(row) is Role.RECORD]
    except Unreadable as error:
        return [Row(error.row, content.decode("utf-8", "replace"), None)]


def take_rows(origin: Origin, rows: Iterable[Row], file_id: UUID | None = None) -> Taken:
    """Inside the caller's transaction."""
    mapper = Mapper(origin.definition, Reader(origin.definition))
    entries: list[Entry] = []
    malformed: list[Odd] = []
    for row in rows:
        try:
            entries.append(Entry(row, mapper.parsed(row)))
        except BadField as bad:
            malformed.append(Odd(row, "malformed", field=bad.field, record=mapper.understood(row)))
    judged = judge(origin, entries) if entries else Judged()
    odd = [*judged.odd, *malformed]
    put_aside(origin, odd, file_id)
    return Taken(judged.accepted, judged.duplicates, judged.matched, judged.parts, len(odd))


def origin_of(known: Layout, by: Actor) -> Origin:
    definition = layout.read(known.definition)
    return Origin(known.source, known.market_code, definition, by.markets)
