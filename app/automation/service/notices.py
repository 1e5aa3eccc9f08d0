"""What rules and colleagues have told somebody who works here."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update

from app.automation.models import StaffNotice
from app.core import clock, db
from app.core.actor import Actor


def unread(by: Actor, limit: int = 100) -> Sequence[StaffNotice]:
    """Her own, the latest first."""
    query = select(StaffNotice).where(StaffNotice.staff_id == by.id, StaffNotice.read_at.is_(None))
    return db.session.scalars(query.order_by(StaffNotice.id.desc()).limit(limit)).all()


def read(notice_ids: Sequence[UUID], *, by: Actor) -> None:
    """Her own; others are left alone."""
    with db.transaction():
        hers = update(StaffNotice).where(
            StaffNotice.id.in_(notice_ids),
            StaffNotice.staff_id == by.id,
            StaffNotice.read_at.is_(None),
        )
        db.session.execute(hers.values(read_at=clock.now()))
