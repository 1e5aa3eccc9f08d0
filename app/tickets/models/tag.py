"""Words that people and rules put on tickets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db


class TicketTag(db.Base):
    """`tag` is small letters, digits and hyphens: `vip-call`."""

    __tablename__ = "ticket_tag"

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
    at: Mapped[datetime]
