"""Telling somebody who works here something, which waits for her until she has read it."""

from uuid import UUID

from app.automation.events import StaffNotified
from app.automation.models import StaffNotice
from app.core import clock, db, events
from app.core.ids import new_id


def tell(staff_id: UUID, text: str, ticket_id: UUID | None) -> None:
    """In the caller's transaction."""
    notice = StaffNotice(
        id=new_id(), staff_id=staff_id, text=text, ticket_id=ticket_id, at=clock.now()
    )
    db.session.add(notice)
    events.announce(StaffNotified(notice.id, staff_id))
