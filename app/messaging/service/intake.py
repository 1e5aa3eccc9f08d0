"""A provider calls: known by its signature, kept as it came, answered. Understood later."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from app.conversations.models import Inbox
from app.core import at_once, clock, db
from app.core.errors import Unavailable
from app.core.ids import new_id
from app.messaging import switch
from app.messaging.errors import NoSuchInbox, NotFromProvider
from app.messaging.models import sealed_call
from channels.port import Answer, BadSignature, Call, Channel, ChannelDown

log = structlog.get_logger(__name__)

LARGEST = 1024 * 1024
LARGEST_MAIL = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Door:
    """An inbox as this process knows it; good as long as the row has this version."""

    inbox_id: UUID
    version: int
    kind: str
    channel: Channel

    @property
    def largest(self) -> int:
        return LARGEST_MAIL if self.kind == "email" else LARGEST


# One statement says whether the door is still the right one, and keeps the call: once, however
# often it is made.
_KEEP = """
INSERT INTO provider_call (id, inbox_id, content_sealed, status, attempts, at)
SELECT %(id)s, id, %(content)s, 'waiting', 0, %(at)s
FROM inbox WHERE id = %(inbox_id)s AND version = %(version)s AND is_on
ON CONFLICT (id) DO UPDATE SET at = provider_call.at
RETURNING id
"""

_doors: dict[str, Door] = {}


def door_of(key: str) -> Door:
    """Raises NoSuchInbox for one that is unknown, off, or of no provider that calls."""
    return _doors.get(key) or _look_up(key)


def receive(key: str, call: Call) -> Answer:
    """The answer to the provider; returning means that the call is kept, or needs no keeping.

    Raises NoSuchInbox, or NotFromProvider with nothing done.
    """
    for _ in range(2):
        door = door_of(key)
        answer = _admitted(door, key, call)
        if answer is not None:
            return answer
        if at_once.scalar(_KEEP, _row(door, call)) is not None:
            return door.channel.answer(call)
        _doors.pop(key, None)  # it changed, or was switched off: look again
    raise Unavailable


def keep(door: Door, call: Call) -> UUID | None:
    """None when the inbox is not as the door has it. Joins the caller's transaction."""
    with db.transaction():
        return db.session.connection().exec_driver_sql(_KEEP, _row(door, call)).scalar()


def _row(door: Door, call: Call) -> dict[str, Any]:
    call_id = new_id()
    return {
        "id": call_id,
        "content": sealed_call(call_id, call),
        "at": clock.now(),
        "inbox_id": door.inbox_id,
        "version": door.version,
    }


def _admitted(door: Door, key: str, call: Call) -> Answer | None:
    try:
        return door.channel.admit(call)
    except BadSignature as error:
        fresh = _look_up(key)
        if fresh.version != door.version:  # a new secret, perhaps
            return _admitted(fresh, key, call)
        log.warning("call_refused", inbox=key, error=str(error))
        raise NotFromProvider from error


def _look_up(key: str) -> Door:
    _doors.pop(key, None)
    inbox = db.session.scalar(
        select(Inbox).where(Inbox.key == key, Inbox.is_on).execution_options(populate_existing=True)
    )
    if inbox is None or not switch.is_served(inbox):
        raise NoSuchInbox
    try:
        channel = switch.opened(inbox)
    except ChannelDown:
        raise NoSuchInbox from None
    _doors[key] = Door(inbox.id, inbox.version, inbox.channel, channel)
    return _doors[key]
