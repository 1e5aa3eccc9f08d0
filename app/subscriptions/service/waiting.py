"""Changes of plan that wait for their day: a row until it is made, cancelled or falls back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import NotFound
from app.subscriptions import access
from app.subscriptions.errors import ChangeNotPending
from app.subscriptions.events import PlanChangeUnscheduled
from app.subscriptions.models import ChangeStatus, Line, ScheduledChange


def unschedule(change_id: UUID, *, by: Actor) -> ScheduledChange:
    """Leave the plan as it is. Cancelling twice changes nothing. Raises ChangeNotPending."""
    with db.transaction():
        found = db.session.get(ScheduledChange, change_id)
        if found is None:
            raise NotFound
        access.line_for(by, found.line_id, "subscriptions.change", lock=True)
        db.session.refresh(found)
        if found.status is ChangeStatus.CANCELLED:
            return found
        if found.status is not ChangeStatus.PENDING:
            raise ChangeNotPending
        _cancel(found, by, clock.now())
    return found


def pending_of(line_id: UUID) -> ScheduledChange | None:
    query = select(ScheduledChange).where(
        ScheduledChange.line_id == line_id, ScheduledChange.status == ChangeStatus.PENDING
    )
    return db.session.scalar(query.execution_options(populate_existing=True))


def supersede(line: Line, by: Actor) -> None:
    """Another change came first, or the line leaves: in the caller's transaction, line locked."""
    if found := pending_of(line.id):
        _cancel(found, by, clock.now())


def _cancel(change: ScheduledChange, by: Actor, moment: datetime) -> None:
    change.status, change.ended_at = ChangeStatus.CANCELLED, moment
    line = change.line
    audit.record(by, "line.plan_change_cancelled", "line", line.id, due_at=change.due_at)
    events.announce(PlanChangeUnscheduled(change.id, line.id, line.customer_id))
