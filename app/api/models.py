"""What the API remembers: the first answer to each command, so that a repeat gets it again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db


class ApiAnswer(db.Base):
    """Written in the transaction of the command. `body` is the text that was sent."""

    __tablename__ = "api_answer"
    __table_args__ = (Index("ix_api_answer_created_at", "created_at"),)

    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_hash: Mapped[str] = mapped_column(Text)
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
