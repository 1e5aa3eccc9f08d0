"""What agents write with: drafts and prepared answers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.identity.models import Staff


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
