"""Files come: kept on the disk and in a row before anything is read, once however often."""

from typing import IO

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.ids import new_id
from app.mediation import access, beside, storage
from app.mediation.errors import FileTooLarge
from app.mediation.events import FileHandedIn
from app.mediation.models import FileStatus, Layout, ReceivedFile

_UNREAD = {FileStatus.WAITING, FileStatus.READING}
_COUNTERS = ("copies", "taken", "accepted", "duplicates", "matched", "parts", "for_review")


def receive(
    source: str,
    name: str,
    stream: IO[bytes],
    *,
    by: Actor,
    control: bytes | None = None,
    largest: int | None = None,
    to_read: bool = False,
) -> ReceivedFile:
    """Keep a file, to be read by `read`, or soon by a worker (`to_read`); from here on it is not
    lost. `control` is the file of control totals beside it, where its layout has one.

    The same content of the same source again is the same file, and taken in once. One that was
    refused is looked at anew, with the layout of today. Raises UnknownSource, Invalid, and
    FileTooLarge beyond `largest` bytes.
    """
    by.must("usage.import")
    with db.transaction():  # over before the file comes, which may take long
        known = access.layout_for(by, source, "usage.import")
    if not (0 < len(name) <= 255 and name.isprintable()):
        raise Invalid(field="name")
    if control is not None and len(control) > beside.LONGEST:
        raise Invalid(field="control")
    try:
        digest, size = storage.write(stream, largest)
    except storage.TooLarge:
        raise FileTooLarge(most=largest) from None

    with db.transaction():
        file = _kept(known, name, digest, size)
        file.copies += 1
        if file.status is FileStatus.REFUSED:
            _look_anew(file, known)
        if control is not None and file.status is FileStatus.WAITING:
            file.beside = beside.as_text(control)
        if to_read and file.status in _UNREAD:
            events.announce(FileHandedIn(file.id, tuple(sorted(by.markets))))
        audit.record(by, "usage_file.received", "usage_file", file.id, name=name, source=source)
    return file


def _kept(known: Layout, name: str, digest: str, size: int) -> ReceivedFile:
    """The row of this content, locked: made now, or by who sent it first."""
    moment = clock.now()
    new = insert(ReceivedFile).values(
        id=new_id(),
        source=known.source,
        market_code=known.market_code,
        name=name,
        digest=digest,
        size=size,
        definition=known.definition,
        layout_version=known.version,
        status=FileStatus.WAITING,
        reason_details={},
        control=[],
        received_at=moment,
        touched_at=moment,
        **dict.fromkeys(_COUNTERS, 0),
    )
    db.session.execute(new.on_conflict_do_nothing())
    query = select(ReceivedFile).where(
        ReceivedFile.source == known.source, ReceivedFile.digest == digest
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(locked).one()


def _look_anew(file: ReceivedFile, known: Layout) -> None:
    file.status, file.reason, file.reason_details = FileStatus.WAITING, None, {}
    file.definition, file.layout_version = known.definition, known.version
    file.beside = None
