"""Files in conversations: kept under a random name, of a known type, seen by who sees the talk."""

import io
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import IO
from uuid import UUID

from sqlalchemy import delete, func, select

from app.audit import service as audit
from app.conversations import access, media, storage
from app.conversations.errors import FileTooLarge, FileTypeNotAllowed
from app.conversations.models import Attachment, Author, MessageKind
from app.conversations.models import Message as StoredMessage
from app.conversations.service import marks
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound, TooMany

LARGEST = 25 * 1024 * 1024
UNSENT_LIFE = timedelta(days=1)
_MOST_UNSENT = 20
_LONGEST_NAME = 120
_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
}


@dataclass(frozen=True, slots=True)
class OpenedAttachment:
    """`inline` when a page may show it; else it is for download."""

    name: str
    media_type: str
    content: bytes
    inline: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """An upload as it may be kept: of a known type, without what cameras write into pictures."""

    name: str
    media_type: str
    content: bytes


def checked(stream: IO[bytes], filename: str | None) -> Checked:
    """Raises FileTooLarge above 25 MiB, FileTypeNotAllowed for unknown or broken content."""
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FileTooLarge
    if not content:
        raise FileTypeNotAllowed
    kept = media.kept(content)
    return Checked(_name(filename, kept.media_type), kept.media_type, kept.content)


def keep_upload(
    conversation_id: UUID, stream: IO[bytes], filename: str | None, *, by: Actor
) -> Attachment:
    """Store a file that a message may carry within a day.

    Raises FileTooLarge above 25 MiB, FileTypeNotAllowed for unknown or broken content, TooMany
    when too many are unsent.
    """
    access.conversation_for(by, conversation_id, "conversations.reply")
    upload = checked(stream, filename)
    with db.transaction():
        access.conversation_for(by, conversation_id, "conversations.reply", lock=True)
        _check_unsent(conversation_id, by)
        attachment = Attachment(
            conversation_id=conversation_id,
            uploaded_by=Author.AGENT if by.is_staff else Author.CUSTOMER,
            uploader_id=by.id,
            name=upload.name,
            media_type=upload.media_type,
            size=len(upload.content),
            stored_as=storage.write(upload.content),
            created_at=clock.now(),
        )
        db.session.add(attachment)
        db.session.flush()  # its id goes into the trail
        audit.record(by, "attachment.kept", "attachment", attachment.id, size=attachment.size)
    return attachment


def add_to(message_id: UUID, content: bytes, filename: str | None, *, by: Actor) -> None:
    """A file that came after its message. Raises as `keep_upload` does."""
    with db.transaction():
        message = db.session.get_one(StoredMessage, message_id, with_for_update=True)
        kept = keep_upload(message.conversation_id, io.BytesIO(content), filename, by=by)
        kept.message_id = message.id
        marks.mark(
            message.id, attachments=[*message.extra.get("attachments", []), kept.described()]
        )


def open_attachment(actor: Actor, attachment_id: UUID) -> OpenedAttachment:
    """Raises NotFound unless it is in a message this actor may read, or an own unsent upload."""
    attachment = db.session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFound
    access.conversation_for(actor, attachment.conversation_id, "conversations.read")
    if not _may_open(actor, attachment):
        raise NotFound
    try:
        content = storage.read(attachment.stored_as)
    except FileNotFoundError:
        raise NotFound from None
    inline = attachment.media_type in media.INLINE
    return OpenedAttachment(attachment.name, attachment.media_type, content, inline)


def drop_unsent() -> int:
    """Delete what was uploaded a day ago and never sent. Returns how many."""
    with db.transaction():
        statement = (
            delete(Attachment)
            .where(
                Attachment.message_id.is_(None),
                Attachment.created_at < clock.now() - UNSENT_LIFE,
            )
            .returning(Attachment.stored_as)
        )
        names = list(db.session.scalars(statement))
    for name in names:
        storage.remove(name)
    return len(names)


def _may_open(actor: Actor, attachment: Attachment) -> bool:
    if attachment.message_id is None:
        return attachment.uploader_id == actor.id
    if actor.is_staff:
        return True
    message = db.session.get(StoredMessage, attachment.message_id)
    return message is not None and message.kind is not MessageKind.NOTE


def _check_unsent(conversation_id: UUID, by: Actor) -> None:
    query = select(func.count()).where(
        Attachment.conversation_id == conversation_id,
        Attachment.uploader_id == by.id,
        Attachment.message_id.is_(None),
    )
    if (db.session.scalar(query) or 0) >= _MOST_UNSENT:
        raise TooMany(retry_after=int(UNSENT_LIFE.total_seconds()))


def _name(filename: str | None, media_type: str) -> str:
    """What people see: no folders, no control characters, and the ending of what it really is."""
    last = (filename or "").replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, _, ending = plain.rpartition(".")
    wanted = _ENDINGS[media_type]
    known = ending.lower() in {wanted, "jpeg", "oga"} and bool(stem)
    return f"{(stem if known else plain)[:_LONGEST_NAME] or 'file'}.{wanted}"
