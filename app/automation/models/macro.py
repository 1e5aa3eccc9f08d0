"""Several actions that an agent does with one click."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class Macro(db.Base):
    """Of everybody, or of its `owner_id` alone; one of a team is shown to that team."""

    __tablename__ = "macro"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    actions: Mapped[list[dict[str, Any]]]
    changed_at: Mapped[datetime]
