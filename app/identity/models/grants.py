"""What a person let a partner's machine do in her name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.identity.models.people import ApiClient, Staff


class Grant(db.Base):
    """It begins with a code that is redeemed once, and lives on by refresh tokens: `turn` says how
    many there were, and only the last one counts.
    """

    __tablename__ = "api_grant"
    __table_args__ = (Index("ix_api_grant_staff", "staff_id", "ended_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("api_client.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    scopes: Mapped[list[str]]
    redirect_uri: Mapped[str] = mapped_column(Text)
    challenge: Mapped[str] = mapped_column(Text)
    code_hash: Mapped[str] = mapped_column(Text, unique=True)
    code_expires_at: Mapped[datetime]
    granted_at: Mapped[datetime]
    redeemed_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]

    client: Mapped[ApiClient] = relationship()
    staff: Mapped[Staff] = relationship()
