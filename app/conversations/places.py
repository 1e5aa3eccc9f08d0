"""Taking the next place in a conversation, and putting a message there: two statements as SQL.

Nothing happens more often, and the ORM takes ten times as long over these two as PostgreSQL does.
"""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app.conversations.models import Conversation, Message, Status, Verification
from app.core import db
from app.core.written import clean_all


@dataclass(frozen=True, slots=True)
class Before:
    """What taking a place has changed, as it was."""

    last_message_at: datetime
    customer_read_seq: int
    staff_read_seq: int
    first_reply_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """The conversation's row as it is once its next message has a number: `last_seq`."""

    id: UUID
    last_seq: int
    last_message_at: datetime
    customer_read_seq: int
    staff_read_seq: int
    first_reply_at: datetime | None
    status: Status
    assignee_id: UUID | None
    customer_id: UUID | None
    visitor_id: UUID
    market_code: str
    language: str
    awaits_customer: bool
    channel: str
    code_due: datetime | None
    verification: str
    before: Before

    @property
    def known_by(self) -> Verification:
        """Without what a code has proven."""
        return Verification(self.verification)


_BEFORE = [each.name for each in fields(Before)]
_NAMES = [each.name for each in fields(Place) if each.name != "before"]
_COLUMNS = ", ".join([*(f"new.{name}" for name in _NAMES), *(f"old.{name}" for name in _BEFORE)])
_CHANGED = ("last_seq", *_BEFORE)


def _moving_on(also: str = "") -> str:
    """One statement, which also tells how the row was: whoever says the same again gives that
    back."""
    return (
        "UPDATE conversation SET last_seq = last_seq + 1, last_message_at = %(moment)s"  # noqa: S608
        f"{also} WHERE id = %(id)s RETURNING {_COLUMNS}"
    )


# Writing is reading all before it.
BY_CUSTOMER = _moving_on(", customer_read_seq = last_seq + 1")
BY_AGENT = _moving_on(
    ", staff_read_seq = last_seq + 1, first_reply_at = coalesce(first_reply_at, %(moment)s)"
)
BY_OTHERS = _moving_on()
_PUT = """
INSERT INTO message
    (id, conversation_id, seq, kind, author, author_id, author_name, body, extra, client_key, at)
VALUES
    (%(id)s, %(conversation_id)s, %(seq)s, %(kind)s, %(author)s, %(author_id)s, %(author_name)s,
     %(body)s, %(extra)s::jsonb, %(client_key)s, %(at)s)
ON CONFLICT (conversation_id, client_key) DO NOTHING RETURNING id
"""


def take(conversation_id: UUID, moment: datetime, statement: str) -> Place | None:
    """Lock the conversation and number its next message; None when there is no such one."""
    db.session.flush()  # what was changed before is part of what is read here
    given = {"id": conversation_id, "moment": moment}
    row = db.session.connection().exec_driver_sql(statement, given).one_or_none()
    if row is None:
        return None
    values = dict(zip(_NAMES, row[: len(_NAMES)], strict=True))
    values["status"] = Status(values["status"])
    place = Place(**values, before=Before(*row[len(_NAMES) :]))
    _tell_loaded(place)
    return place


def put(row: dict[str, Any]) -> Message | None:
    """The message, known to the session as if it had been read; None when its key made one."""
    plain = {**row, "extra": json.dumps(clean_all(row["extra"]))}
    done = db.session.connection().exec_driver_sql(_PUT, plain).one_or_none()
    if done is None:
        return None
    message = Message(**row)
    make_transient_to_detached(message)
    db.session.add(message)
    return message


def _tell_loaded(place: Place) -> None:
    """A conversation that the session holds already must not show yesterday's numbers."""
    key = (Conversation, (place.id,), None)
    loaded = db.session().identity_map.get(key)
    if loaded is not None:
        for name in _CHANGED:
            set_committed_value(loaded, name, getattr(place, name))
