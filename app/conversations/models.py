"""Inboxes, conversations and their messages."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DDL,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    and_,
    case,
    event,
    false,
    text,
    true,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock, db
from app.core.ids import new_id
from app.core.sealed import Sealed
from app.core.secrets import sealed, unsealed
from app.customers.models import Customer
from app.identity.models import Staff


class Inbox(db.Base):
    """One configured instance of a channel. `key` is public; `secret` signs widget identities.

    `address` is what customers call or write to, one inbox each in a market; `provider` and its
    sealed `settings` say how. `version` counts changes of these. `hours` are open times by weekday
    in the market's time zone (`{"mon": [["09:00", "18:00"]]}`), empty for always. `chat` is how a
    web chat meets visitors. Its conversations wait in the queue of its team. `last_ok_at` and
    `last_error` tell how its provider answered last.
    """

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("market_code", "channel", "address"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    language: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, unique=True)
    secret_sealed: Mapped[bytes] = mapped_column("secret", LargeBinary)
    allowed_origins: Mapped[list[str]]
    theme: Mapped[dict[str, Any]]
    bot_on: Mapped[bool]
    is_on: Mapped[bool] = mapped_column(default=True, server_default=true())
    provider: Mapped[str] = mapped_column(Text, default="", server_default="")
    address: Mapped[str | None] = mapped_column(Text)
    settings_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sandbox: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    hours: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    welcome_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    closed_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    chat: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    last_ok_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    last_error_at: Mapped[datetime | None]

    secret = Sealed[str]()

    @property
    def settings(self) -> dict[str, str]:
        """What its provider needs to know, secrets among it."""
        if self.settings_sealed is None:
            return {}
        found = json.loads(unsealed(self.settings_sealed, f"inbox.settings:{self.id}"))
        return {str(name): str(value) for name, value in found.items()}

    @settings.setter
    def settings(self, values: Mapping[str, str]) -> None:
        content = json.dumps(dict(values)).encode()
        self.settings_sealed = sealed(content, f"inbox.settings:{self.id}")

    @property
    def answers_well(self) -> bool:
        """Whether nothing went wrong since it last went well."""
        if self.last_error_at is None:
            return True
        return self.last_ok_at is not None and self.last_ok_at >= self.last_error_at


class Status(StrEnum):
    BOT = "bot"  # the bot answers
    WAITING = "waiting"  # a person is asked for, none has accepted
    OPEN = "open"  # a person owns it
    RESOLVED = "resolved"


class Verification(StrEnum):
    """How sure we are who writes, each surer than the one before it."""

    NONE = "none"  # anonymous
    ADDRESS = "address"  # she writes from an address that is known to be hers
    PRESENT = "present"  # a code came to just that address: nobody has forged the sender
    IDENTITY = "identity"  # the operator's site signed for her, or a code came another way

    def covers(self, needed: "Verification") -> bool:
        """Whether this is at least as sure as is needed."""
        steps = list(Verification)
        return steps.index(self) >= steps.index(needed)


class Conversation(db.Base):
    """The talk. `last_seq` numbers its messages without gaps: what replay relies on.

    `address` is the customer's in its inbox, where the channel has addresses.
    `visitor_email` and `visitor_topic` are what she wrote of herself: they prove nothing.
    `known_by` is how sure we are without a code; what a code has proven, `proven_as`, ends with
    `proven_until`. `code_id` is the code that was asked for last, and until `code_due` digits
    written here are taken for it.
    `learnt` is what the bot found out: intent, topic, slots, tried, reason.
    """

    __tablename__ = "conversation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"))
    channel: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"))
    visitor_id: Mapped[UUID]
    visitor_name: Mapped[str] = mapped_column(Text, default="")
    visitor_email: Mapped[str] = mapped_column(Text, default="", server_default="")
    visitor_topic: Mapped[str] = mapped_column(Text, default="", server_default="")
    language: Mapped[str] = mapped_column(Text)
    status: Mapped[Status]
    known_by: Mapped[Verification] = mapped_column("verification")
    proven_as: Mapped[Verification | None]
    proven_until: Mapped[datetime | None]
    code_id: Mapped[UUID | None]
    code_due: Mapped[datetime | None]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    awaits_customer: Mapped[bool] = mapped_column(default=False)
    last_seq: Mapped[int] = mapped_column(default=0)
    bot_seq: Mapped[int] = mapped_column(default=0)
    customer_read_seq: Mapped[int] = mapped_column(default=0)
    staff_read_seq: Mapped[int] = mapped_column(default=0)
    learnt: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    last_message_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    rating_comment: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index("ix_conversation_customer", "customer_id", "last_message_at"),
        Index("ix_conversation_visitor", "visitor_id"),
        Index("ix_conversation_assignee", "assignee_id", "status"),
        Index(
            "ix_conversation_waiting", "handed_over_at", postgresql_where=text("status = 'waiting'")
        ),
        Index(
            "ix_conversation_with_bot",
            "last_message_at",
            postgresql_where=text("status = 'bot'"),
        ),
        Index("ix_conversation_created_at", "created_at"),
    )

    inbox: Mapped[Inbox] = relationship()
    customer: Mapped[Customer | None] = relationship()
    assignee: Mapped[Staff | None] = relationship()

    @hybrid_property
    def verification(self) -> Verification:
        """How sure we are who writes just now: what a code has proven ends by itself."""
        if self.known_by is Verification.IDENTITY or self.proven_as is None:
            return self.known_by
        is_over = self.proven_until is None or self.proven_until <= clock.now()
        return self.known_by if is_over else self.proven_as

    @verification.inplace.setter
    def _known_by(self, value: Verification) -> None:
        """Known without a code, or no longer."""
        self.known_by = value

    @verification.inplace.expression
    @classmethod
    def _verification(cls) -> ColumnElement[Verification]:
        signed = cls.known_by == Verification.IDENTITY
        proven = and_(~signed, cls.proven_as.is_not(None), cls.proven_until > clock.now())
        return case((proven, cls.proven_as), else_=cls.known_by)

    @property
    def can_be_rated(self) -> bool:
        """Once per resolution."""
        if self.status is not Status.RESOLVED or self.resolved_at is None:
            return False
        return self.rated_at is None or self.rated_at < self.resolved_at

    @property
    def is_with_person(self) -> bool:
        return self.status in {Status.WAITING, Status.OPEN}


class Author(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


class MessageKind(StrEnum):
    TEXT = "text"
    NOTE = "note"  # for staff only
    ACTIVITY = "activity"  # "Ana took over"


class Message(db.Base):
    """One bubble. `client_key` makes a repeated send one message.

    `extra` holds buttons, cards, what the attachments are called, and for an activity its code
    and parameters, so that everyone reads it in her own language.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    seq: Mapped[int]
    kind: Mapped[MessageKind]
    author: Mapped[Author]
    author_id: Mapped[UUID | None]
    author_name: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    client_key: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class DraftKind(StrEnum):
    REPLY = "reply"
    NOTE = "note"


class Draft(db.Base):
    """What an agent has begun to write in a conversation, on whichever device. A `shared` one is
    seen by colleagues who see the conversation, and may be taken over by them."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("conversation_id", "staff_id", "kind"),
        Index("ix_draft_staff", "staff_id"),
        Index("ix_draft_updated_at", "updated_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[DraftKind]
    body: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool]
    updated_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class Understanding(db.Base):
    """What the bot took a customer's message for, how sure it was, and its second guess.

    Beside the message, not in it: reviews and reports read this by intent and by time, and never
    the messages. `at` is when she wrote.
    """

    __tablename__ = "understanding"
    __table_args__ = (
        Index("ix_understanding_at", "at", "message_id"),
        Index("ix_understanding_intent", "intent", "at", "message_id"),
        Index("ix_understanding_conversation", "conversation_id"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    channel: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float | None]
    next_intent: Mapped[str | None] = mapped_column(Text)
    next_confidence: Mapped[float | None]
    at: Mapped[datetime]


class ToldSecret(db.Base):
    """Where in a message a secret stands, and when it is covered; then the row goes."""

    __tablename__ = "told_secret"

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    )
    spans: Mapped[list[dict[str, Any]]]
    cover_at: Mapped[datetime] = mapped_column(index=True)


# Rasa's own table, as its SQLTrackerStore makes it. Rasa writes it, we only forget from it, so it
# is no model.
BOTS_MEMORY = """
CREATE SCHEMA IF NOT EXISTS bot;
CREATE TABLE IF NOT EXISTS bot.events (
    id serial PRIMARY KEY, sender_id varchar(255) NOT NULL, type_name varchar(255) NOT NULL,
    timestamp double precision, intent_name varchar(255), action_name varchar(255), data text
);
CREATE INDEX IF NOT EXISTS ix_events_sender_id ON bot.events (sender_id);
CREATE INDEX IF NOT EXISTS ix_events_timestamp ON bot.events (timestamp);
"""
_memory = DDL(BOTS_MEMORY)  # type: ignore[no-untyped-call]
event.listen(Understanding.__table__, "after_create", _memory)


class Attachment(db.Base):
    """A file on its way to, or in, a message. Unsent ones are deleted after a day."""

    __tablename__ = "attachment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"), index=True)
    uploaded_by: Mapped[Author]
    uploader_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    stored_as: Mapped[str] = mapped_column(Text, index=True)
    created_at: Mapped[datetime]

    def described(self) -> dict[str, Any]:
        """What a message tells of it. Where it is stored stays with us."""
        return {
            "id": str(self.id),
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
        }


class WidgetSession(db.Base):
    """A browser that talks in a widget: holds only a random token, good for one visitor.

    `verified_at` is when the site signed for her, or when she proved who she is by a code.
    `network` is a keyed hash of where it was opened from.
    """

    __tablename__ = "widget_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"))
    visitor_id: Mapped[UUID] = mapped_column(index=True)
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    network: Mapped[str] = mapped_column(Text, default="", server_default="", index=True)


class Availability(StrEnum):
    AVAILABLE = "available"
    BREAK = "break"
    TRAINING = "training"
    WRAP_UP = "wrap_up"  # a talk is over, and she notes what came of it
    ABSENT = "absent"  # said to be available, but nothing is seen of her
    OFFLINE = "offline"


class AgentState(db.Base):
    """What somebody does now; what ends by itself is over at `until`, and she is available.
    `seen_at` is when something was seen of her last: that she typed, or moved the pointer."""

    __tablename__ = "agent_state"
    __table_args__ = (
        Index("ix_agent_state_until", "until", postgresql_where=text("until IS NOT NULL")),
    )

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    availability: Mapped[Availability]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


class AgentSpell(db.Base):
    """What somebody did from when to when: how she kept to her hours. One has not ended."""

    __tablename__ = "agent_spell"
    __table_args__ = (
        Index(
            "uq_agent_spell_now", "staff_id", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        Index("ix_agent_spell_began", "staff_id", "began_at"),
        Index("ix_agent_spell_ended", "ended_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    availability: Mapped[Availability]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CannedReply(db.Base):
    """A prepared answer in one language; its shortcut joins the languages. `{customer.name}` and
    the like are filled in. `folder` groups it in lists; one of a team is shown to that team."""

    __tablename__ = "canned_reply"
    __table_args__ = (UniqueConstraint("shortcut", "language"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    shortcut: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text, default="", server_default="")
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
