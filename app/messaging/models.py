"""What providers told us, what we have them deliver, and whom we may write to."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conversations.models import Inbox
from app.core import db
from app.core.ids import new_id
from app.core.secrets import sealed, unsealed
from channels.port import Call, State


class CallStatus(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"  # not understood; a person may have it tried again


class ProviderCall(db.Base):
    """A call as it came, sealed to its row: people's words, and whatever else they typed.

    There is no foreign key to its inbox: a thousand a second would meet at that one row, which
    the statement that writes them has just read.
    """

    __tablename__ = "provider_call"
    __table_args__ = (
        Index(
            "ix_provider_call_waiting",
            "inbox_id",
            "number",
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("ix_provider_call_failed", "number", postgresql_where=text("status = 'failed'")),
        Index("ix_provider_call_done_at", "done_at", postgresql_where=text("status <> 'waiting'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    inbox_id: Mapped[UUID]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[CallStatus]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    @property
    def call(self) -> Call:
        content = unsealed(self.content_sealed, f"provider_call:{self.id}")
        head, _, body = content.partition(b"\n")
        told = json.loads(head)
        return Call(told["method"], told["url"], told["headers"], body)


def sealed_call(call_id: UUID, call: Call) -> bytes:
    told: Mapping[str, Any] = {
        "method": call.method,
        "url": call.url,
        "headers": dict(call.headers),
    }
    return sealed(json.dumps(told).encode() + b"\n" + call.body, f"provider_call:{call_id}")


class Mark(db.Base):
    """Up to where a mailbox was asked for what came."""

    __tablename__ = "mailbox_mark"

    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(Text)


class Arrival(db.Base):
    """Something a person sent, known by its provider's id: one row, one effect, whatever comes how
    often and in which order. An edit may be here before its message."""

    __tablename__ = "arrival"

    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    came_at: Mapped[datetime | None]
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    edited_text: Mapped[str | None] = mapped_column(Text)
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class MailPage(db.Base):
    """All of a mail as a page, cleaned. `pictures` says which file of the message stands where the
    page says `cid:…`."""

    __tablename__ = "mail_page"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    html: Mapped[str] = mapped_column(Text)
    pictures: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Copy(db.Base):
    """Somebody whom the customer had on copy, or an agent named: gets what agents write in a
    conversation by mail while it is on. An agent decides that."""

    __tablename__ = "mail_copy"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=False)


class FileLink(db.Base):
    """Lets whoever has the token fetch one file, for a while: a provider that takes no files."""

    __tablename__ = "file_link"

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    attachment_id: Mapped[UUID] = mapped_column(
        ForeignKey("attachment.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PendingFile(db.Base):
    """A file of an arrived message that is still at the provider's."""

    __tablename__ = "pending_file"
    __table_args__ = (Index("ix_pending_file_due_at", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"))
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"))
    media_type: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    handle: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]


class Contact(db.Base):
    """An address in one inbox: when it wrote last, and whether it wants to be left in peace."""

    __tablename__ = "channel_contact"

    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, default="")
    heard_at: Mapped[datetime | None]
    stopped: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]  # by itself, last


class Place(db.Base):
    """Where a conversation was or is held: what comes from there belongs to it."""

    __tablename__ = "conversation_place"
    __table_args__ = (Index("ix_conversation_place_address", "inbox_id", "address"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    address: Mapped[str] = mapped_column(Text, primary_key=True)


class UnreadAnswer(db.Base):
    """An agent answered in the widget: unless it is read there until then, it leaves by mail."""

    __tablename__ = "unread_answer"
    __table_args__ = (Index("ix_unread_answer_due_at", "due_at"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    due_at: Mapped[datetime]


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


# How far each is. What failed may still turn out to have come: the provider knows better later.
PROGRESS = {
    DeliveryState.QUEUED: 0,
    DeliveryState.SENT: 1,
    DeliveryState.FAILED: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.READ: 4,
}


class Delivery(db.Base):
    """One thing to be handed to a provider, and how far it came: a message or a part of one, or a
    notice. Those of one `lane` leave one after the other, by `number`.

    `shape` holds buttons, files, a template, and of a mail its subject, who is on copy, the message
    it answers, others that it carries besides its own (`also`), and the files `enclosed`. `always`
    are answers that somebody who wants no more of us must still get.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "inbox_id", "address", "part"),
        Index("ix_delivery_lane", "lane", "number", postgresql_where=text("state = 'queued'")),
        Index("ix_delivery_due_at", "due_at", postgresql_where=text("state = 'queued'")),
        Index("ix_delivery_failed", "number", postgresql_where=text("state = 'failed'")),
        Index("ix_delivery_provider_id", "inbox_id", "provider_id"),
        Index("ix_delivery_address", "inbox_id", "address", "sent_at"),
        Index("ix_delivery_notice", "notice_id", postgresql_where=text("notice_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    lane: Mapped[str] = mapped_column(Text)
    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"))
    address: Mapped[str] = mapped_column(Text)
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id"))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"))
    part: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text)
    shape: Mapped[dict[str, Any]] = mapped_column(default=dict)
    language: Mapped[str] = mapped_column(Text)
    always: Mapped[bool] = mapped_column(default=False)
    state: Mapped[DeliveryState]
    provider_id: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    rounds: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    code: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    state_at: Mapped[datetime | None]

    inbox: Mapped[Inbox] = relationship()

    @property
    def key(self) -> str:
        """The same however often it is tried; another one once a person wants it again."""
        return f"{self.id}" if not self.rounds else f"{self.id}.{self.rounds}"


class Enclosure(db.Base):
    """A file of our own that goes with a mail which belongs to no conversation."""

    __tablename__ = "enclosure"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    delivery_id: Mapped[UUID] = mapped_column(
        ForeignKey("delivery.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class EarlyReceipt(db.Base):
    """A provider told of a sending before it had told us that sending's id."""

    __tablename__ = "early_receipt"

    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    provider_id: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[State] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    code: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class TemplateState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    PAUSED = "paused"


class MessageTemplate(db.Base):
    """Words that a provider lets us begin with; `{{1}}` and so on are filled in."""

    __tablename__ = "message_template"
    __table_args__ = (UniqueConstraint("inbox_id", "name", "language"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"))
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[TemplateState]
    reason: Mapped[str] = mapped_column(Text, default="")
