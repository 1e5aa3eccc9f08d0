"""Files that a message came without: fetched from the provider, put into it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select

from app.conversations.models import Conversation, Inbox, Message
from app.conversations.service import attachments, beginning, marks
from app.core import clock, db, events
from app.core.errors import Refusal
from app.core.ids import new_id
from app.messaging import switch
from app.messaging.events import FilesPending
from app.messaging.models import PendingFile
from channels.port import ChannelDown, Media, Undeliverable

log = structlog.get_logger(__name__)

_MOST = 10
_MOST_ATTEMPTS = 6
_LEASE = timedelta(minutes=2)


def await_files(inbox_id: UUID, message_id: UUID, media: Sequence[Media]) -> None:
    """Joins the caller's transaction."""
    away = [each for each in media if each.content is None and (each.url or each.handle)][:_MOST]
    if not away:
        return
    for each in away:
        db.session.add(
            PendingFile(
                id=new_id(),
                inbox_id=inbox_id,
                message_id=message_id,
                media_type=each.media_type,
                name=each.name[:200],
                url=each.url,
                handle=each.handle,
                due_at=clock.now(),
            )
        )
    events.announce(FilesPending(message_id))


def fetch_for(message_id: UUID) -> None:
    """Every file of a message that is due."""
    for pending_id in _due(PendingFile.message_id == message_id):
        _fetch(pending_id)


def fetch_due(limit: int = 50) -> int:
    due = _due(PendingFile.due_at <= clock.now())[:limit]
    for pending_id in due:
        _fetch(pending_id)
    return len(due)


def _due(condition: object) -> list[UUID]:
    with db.transaction():
        query = select(PendingFile.id).where(condition, PendingFile.due_at <= clock.now())  # type: ignore[arg-type]
        return list(db.session.scalars(query.order_by(PendingFile.id)))


def _fetch(pending_id: UUID) -> None:
    """The provider is asked outside of any transaction; a file is put in once."""
    with db.transaction():
        pending = _locked(pending_id)
        if pending is None or pending.due_at > clock.now():
            return
        pending.due_at = clock.now() + _LEASE
        pending.attempts += 1
        inbox = db.session.get_one(Inbox, pending.inbox_id)
        wanted = Media(
            pending.media_type, name=pending.name, url=pending.url, handle=pending.handle
        )
        attempts = pending.attempts
    try:
        fetched = switch.opened(inbox).fetch(wanted)
        _put_in(pending_id, fetched)
    except (Undeliverable, Refusal) as error:
        _give_up(pending_id, str(error))
    except ChannelDown as error:
        _once_more(pending_id, attempts, str(error), error.retry_after)
    except Exception:
        log.exception("file_fault", pending_id=str(pending_id))
        _once_more(pending_id, attempts, "a fault of ours", None)


def _put_in(pending_id: UUID, fetched: Media) -> None:
    with db.transaction():
        pending = _locked(pending_id)
        if pending is None:
            return
        message = db.session.get_one(Message, pending.message_id)
        conversation = db.session.get_one(Conversation, message.conversation_id)
        by = beginning.writer_of(conversation, conversation.customer)
        name = fetched.name or pending.name
        attachments.add_to(message.id, fetched.content or b"", name, by=by)
        db.session.delete(pending)


def _once_more(pending_id: UUID, attempts: int, reason: str, seconds: float | None) -> None:
    """Later, but not for ever."""
    if attempts >= _MOST_ATTEMPTS:
        return _give_up(pending_id, reason)
    with db.transaction():
        pending = _locked(pending_id)
        if pending is not None:
            pending.due_at = clock.now() + timedelta(seconds=seconds or 5 * 2**attempts)
    return None


def _give_up(pending_id: UUID, reason: str) -> None:
    log.warning("file_not_fetched", pending_id=str(pending_id), reason=reason)
    with db.transaction():
        pending = _locked(pending_id)
        if pending is None:
            return
        message = db.session.get_one(Message, pending.message_id)
        missing = [*message.extra.get("files_missing", []), pending.name or pending.media_type]
        marks.mark(message.id, files_missing=missing)
        db.session.delete(pending)


def _locked(pending_id: UUID) -> PendingFile | None:
    return db.session.get(PendingFile, pending_id, with_for_update=True, populate_existing=True)
