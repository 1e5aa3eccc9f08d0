"""Files of usage: sent whole, kept as they come, read by a worker; what became of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Annotated, Any
from uuid import UUID

from flask import url_for
from pydantic import StringConstraints

from app.api.v1 import bp
from app.api.v1.asking import Asking, Shown, client_with, reads, takes_files
from app.mediation import access, queries, service
from app.mediation.models import FileStatus, ReceivedFile
from app.web.login import current_actor

LARGEST = 2 * 1024**3
MOST_ODD = 100
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Sent(Asking):
    """`source` names the layout that the file is read by, `name` is the sender's own for it.

    `control` is the text of the file of control totals beside it, where the layout has one.
    """

    source: Text
    name: Text
    control: Annotated[str, StringConstraints(max_length=2000)] | None = None


class Handed(Shown):
    """`status` is found at `address` from now on. The same content again is the same file."""

    id: UUID
    status: FileStatus
    address: str


class Control(Shown):
    """What the file says of itself, against what is in it."""

    what: str
    said: str | None
    found: str
    holds: bool


class Counts(Shown):
    """`matched` were charged while they went on; the others are as their names say."""

    records: int | None
    taken: int
    accepted: int
    duplicates: int
    matched: int
    parts: int
    for_review: int


class Odd(Shown):
    """A record that was not rated, why, and in which of its fields."""

    row: int | None
    reason: str
    field: str | None
    decision: str


class UsageFile(Shown):
    """`reason` is why it was refused whole; of records for review the first hundred are here."""

    id: UUID
    source: str
    name: str
    status: FileStatus
    reason: str | None
    reason_row: int | None
    control: list[Control]
    counts: Counts
    for_review: list[Odd]
    received_at: datetime
    done_at: datetime | None


@bp.post("/usage-files")
@client_with("usage.import")
@takes_files(Handed, query=Sent, status=202, largest=LARGEST)
def hand_in_usage_file(asked: Sent, content: IO[bytes]) -> Handed:
    """Hand in a file for a layout; the body is the file."""
    file = service.receive(
        asked.source,
        asked.name,
        content,
        by=current_actor(),
        control=None if asked.control is None else asked.control.encode(errors="replace"),
        largest=LARGEST,
        to_read=True,
    )
    address = url_for("api_v1.usage_file", file_id=file.id)
    return Handed(id=file.id, status=file.status, address=address)


@bp.get("/usage-files/<uuid:file_id>")
@client_with("usage.import")
@reads(UsageFile)
def usage_file(file_id: UUID) -> UsageFile:
    """How far a file is, what became of its records, and what was refused."""
    file = access.file_for(current_actor(), file_id, "usage.import")
    return _shown(file, queries.odd_of_file(file.id, MOST_ODD))


def _shown(file: ReceivedFile, odd: Sequence[Any]) -> UsageFile:
    counts = ("taken", "accepted", "duplicates", "matched", "parts", "for_review")
    return UsageFile(
        id=file.id,
        source=file.source,
        name=file.name,
        status=file.status,
        reason=file.reason,
        reason_row=file.reason_details.get("row"),
        control=[Control.model_validate(each) for each in file.control],
        counts=Counts(records=file.rows, **{name: getattr(file, name) for name in counts}),
        for_review=[
            Odd(row=each.row, reason=each.reason, field=each.field, decision=each.decision.value)
            for each in odd
        ],
        received_at=file.received_at,
        done_at=file.done_at,
    )
