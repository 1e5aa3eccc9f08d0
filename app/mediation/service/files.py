"""Files are checked whole and taken in chunk by chunk; killed anywhere, simply go on."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.sweeps import one_by_one
from app.mediation import access, beside, layout, storage
from app.mediation.entries import Origin
from app.mediation.events import FileTaken
from app.mediation.layout import Definition
from app.mediation.models import FileStatus, ReceivedFile
from app.mediation.reading import Reader, Role, Row, Unreadable
from app.mediation.service.taking import Taken, take_rows
from app.mediation.totals import Check, Checker

CHUNK = 2000
# Who has not moved a file on for so long has died over it.
ABANDONED = timedelta(minutes=2)

Tell = Callable[[int, int], None]


def read(file_id: UUID, *, by: Actor, tell: Tell = lambda _done, _all: None) -> ReceivedFile:
    """Check a file whole and take it in. Run again, it goes on where it stopped.

    A file whose totals are wrong is refused whole; one whose content is lost, where it is.
    `tell` hears how many rows of how many are done.
    Two readers of one file do its work once: who comes second stops.
    """
    file = access.file_for(by, file_id, "usage.import")
    if file.status in {FileStatus.DONE, FileStatus.REFUSED}:
        return file
    definition = layout.read(file.definition)
    if file.status is FileStatus.WAITING:
        file = _check(file, definition, by)
    if file.status is FileStatus.READING:
        try:
            file = _take_in(file, definition, by, tell)
        except FileNotFoundError:
            file = _lose(file, by)
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
    return one_by_one(_go_on, unfinished())


def _go_on(file_id: UUID) -> bool:
    read(file_id, by=SYSTEM)
    return True


def _check(file: ReceivedFile, definition: Definition, by: Actor) -> ReceivedFile:
    checker, fault = Checker(definition), None
    checks: list[Check] = []
    try:
        said = _said_beside(file, definition)
        with storage.opened(file.digest) as stream:
            for row in Reader(definition).rows(stream):
                checker.see(row)
        checks = checker.checks(said, file.digest)
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
        wrong = {each.what for each in checks if not each.holds}
        if fault is not None:
            _refuse(file, fault.reason, {"row": fault.row})
        elif wrong:
            _refuse(file, "wrong_hash" if wrong == {"sha256"} else "wrong_total", {})
        else:
            file.status = FileStatus.READING
    return file


def _lose(file: ReceivedFile, by: Actor) -> ReceivedFile:
    """Its content is gone, halfway: what was taken stays, and somebody must send it again."""
    with db.transaction():
        file = access.file_for(by, file.id, "usage.import", lock=True)
        if file.status is FileStatus.READING:
            _refuse(file, "content_lost", {"row": file.taken})
    return file


def _said_beside(file: ReceivedFile, definition: Definition) -> Mapping[str, str] | None:
    """None where the layout has no file beside. Raises Unreadable where there should be one."""
    if definition.beside is None:
        return None
    if file.beside is None:
        raise Unreadable("no_control_file", 0)
    return beside.read(file.beside)


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
