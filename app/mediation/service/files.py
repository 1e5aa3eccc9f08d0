"""Files: received once, checked whole, taken in chunk by chunk; killed anywhere, simply go on."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import IO, BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid
from app.core.ids import new_id
from app.mediation import access, layout, storage
from app.mediation.entries import Origin
from app.mediation.errors import FileTooLarge
from app.mediation.events import FileHandedIn, FileTaken
from app.mediation.layout import Definition
from app.mediation.models import FileStatus, ReceivedFile
from app.mediation.reading import Reader, Role, Row, Unreadable
from app.mediation.service.taking import Taken, take_rows
from app.mediation.totals import Check, Checker

CHUNK = 2000
# Who has not moved a file on for so long has died over it.
ABANDONED = timedelta(minutes=2)

Tell = Callable[[int, int], None]


def receive(
    source: str,
    name: str,
    stream: IO[bytes],
    *,
    by: Actor,
    largest: int | None = None,
    to_read: bool = False,
) -> ReceivedFile:
    """Keep a file, to be read by `read`, or soon by a worker (`to_read`); from here on it is not
    lost.

    The same content of the same source again is the same file, and taken in once. One that was
    refused is looked at anew, with the layout of today. Raises UnknownSource, Invalid, and
    FileTooLarge beyond `largest` bytes.
    """
    by.must("usage.import")
    with db.transaction():  # over before the file comes, which may take long
        known = access.layout_for(by, source, "usage.import")
    if not (0 < len(name) <= 255 and name.isprintable()):
        raise Invalid(field="name")
    try:
        digest, size = storage.write(stream, largest)
    except storage.TooLarge:
        raise FileTooLarge(most=largest) from None
    moment = clock.now()
    with db.transaction():
        new = insert(ReceivedFile).values(
            id=new_id(),
            source=source,
            market_code=known.market_code,
            name=name,
            digest=digest,
            size=size,
            copies=0,
            definition=known.definition,
            layout_version=known.version,
            status=FileStatus.WAITING,
            reason_details={},
            control=[],
            taken=0,
            accepted=0,
            duplicates=0,
            matched=0,
            parts=0,
            for_review=0,
            received_at=moment,
            touched_at=moment,
        )
        db.session.execute(new.on_conflict_do_nothing())
        query = select(ReceivedFile).where(
            ReceivedFile.source == source, ReceivedFile.digest == digest
        )
        file = db.session.scalars(
            query.with_for_update().execution_options(populate_existing=True)
        ).one()
        file.copies += 1
        if file.status is FileStatus.REFUSED:
            file.status, file.reason, file.reason_details = FileStatus.WAITING, None, {}
            file.definition, file.layout_version = known.definition, known.version
        if to_read and file.status in {FileStatus.WAITING, FileStatus.READING}:
            events.announce(FileHandedIn(file.id, tuple(sorted(by.markets))))
        audit.record(by, "usage_file.received", "usage_file", file.id, name=name, source=source)
    return file


def read(file_id: UUID, *, by: Actor, tell: Tell = lambda _done, _all: None) -> ReceivedFile:
    """Check a file whole and take it in. Run again, it goes on where it stopped.

    A file whose totals are wrong is refused whole. `tell` hears how many rows of how many are done.
    Two readers of one file do its work once: who comes second stops.
    """
    file = access.file_for(by, file_id, "usage.import")
    if file.status in {FileStatus.DONE, FileStatus.REFUSED}:
        return file
    definition = layout.read(file.definition)
    if file.status is FileStatus.WAITING:
        file = _check(file, definition, by)
    if file.status is FileStatus.READING:
        file = _take_in(file, definition, by, tell)
    return file


def unfinished() -> list[UUID]:
    """Files that wait, or that somebody began and left."""
    query = (
        select(ReceivedFile.id)
        .where(
            ReceivedFile.status.in_([FileStatus.WAITING, FileStatus.READING]),
            ReceivedFile.touched_at < clock.now() - ABANDONED,
        )
        .order_by(ReceivedFile.touched_at)
        .limit(100)
    )
    return list(db.session.scalars(query))


def finish_abandoned() -> int:
    """Go on with what others left."""
    found = unfinished()
    for file_id in found:
        read(file_id, by=SYSTEM)
    return len(found)


def _check(file: ReceivedFile, definition: Definition, by: Actor) -> ReceivedFile:
    checker, fault = Checker(definition), None
    checks: list[Check] = []
    try:
        with storage.opened(file.digest) as stream:
            for row in Reader(definition).rows(stream):
                checker.see(row)
        checks = checker.checks()
    except Unreadable as error:
        fault = error
    except FileNotFoundError:
        fault = Unreadable("content_lost", 0)
    with db.transaction():
        file = access.file_for(by, file.id, "usage.import", lock=True)
        if file.status is not FileStatus.WAITING:
            return file
        file.control = [each.plain() for each in checks]
        file.rows, file.touched_at = checker.records, clock.now()
        if fault is not None:
            _refuse(file, fault.reason, {"row": fault.row})
        elif not all(each.holds for each in checks):
            _refuse(file, "wrong_total", {})
        else:
            file.status = FileStatus.READING
    return file


def _refuse(file: ReceivedFile, reason: str, details: dict[str, object]) -> None:
    file.status, file.reason, file.reason_details = FileStatus.REFUSED, reason, details
    file.done_at = clock.now()
    audit.record(SYSTEM, "usage_file.refused", "usage_file", file.id, reason=reason)
    events.announce(FileTaken(file.id, file.source, file.status.value))


def _take_in(file: ReceivedFile, definition: Definition, by: Actor, tell: Tell) -> ReceivedFile:
    origin = Origin(file.source, file.market_code, definition, by.markets)
    done, rows = file.taken, file.rows or 0
    with storage.opened(file.digest) as stream:
        records = islice(_records(definition, stream), done, None)
        while True:
            chunk = list(islice(records, CHUNK))
            with db.transaction():
                file = access.file_for(by, file.id, "usage.import", lock=True)
                if file.status is not FileStatus.READING or file.taken != done:
                    return file  # somebody else is at it
                if chunk:
                    _count(file, take_rows(origin, chunk, file.id), len(chunk))
                else:
                    _finish(file)
            if not chunk:
                return file
            done += len(chunk)
            tell(done, rows)


def _records(definition: Definition, stream: BinaryIO) -> Iterator[Row]:
    reader = Reader(definition)
    return (row for row in reader.rows(stream) if reader.role(row) is Role.RECORD)


def _count(file: ReceivedFile, taken: Taken, rows: int) -> None:
    file.taken += rows
    file.accepted += taken.accepted
    file.duplicates += taken.duplicates
    file.matched += taken.matched
    file.parts += taken.parts
    file.for_review += taken.for_review
    file.touched_at = clock.now()


def _finish(file: ReceivedFile) -> None:
    file.status, file.done_at = FileStatus.DONE, clock.now()
    counts = ("accepted", "duplicates", "matched", "parts", "for_review")
    told = {name: getattr(file, name) for name in counts}
    audit.record(SYSTEM, "usage_file.taken_in", "usage_file", file.id, **told)
    events.announce(FileTaken(file.id, file.source, file.status.value))
