"""Scheduling a change of plan, and making it when it is due: once, however many try."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.catalog.models import OfferKind
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict, Refusal
from app.core.ids import new_id
from app.core.sweeps import one_by_one
from app.subscriptions import access
from app.subscriptions.errors import BackDated, ChangeScheduled, SamePlan
from app.subscriptions.events import PlanChangeFellBack, PlanChangeScheduled
from app.subscriptions.models import ChangeStatus, Line, ScheduledChange
from app.subscriptions.queries import current_plan
from app.subscriptions.service import approving, leaving, waiting
from app.subscriptions.service.plans import change_plan, version_for


def schedule_plan(
    line_id: UUID, offer_version_id: UUID, due_at: datetime, *, by: Actor, effect_key: str
) -> ScheduledChange:
    """Change the plan at `due_at`. The same `effect_key` again gives the same row.

    Raises BackDated, ChangeScheduled when another waits already, and what `change_plan` does.
    """
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.change", lock=True)
        if found := _done_before(line, effect_key):
            return found
        approving.refuse_unapproved(line, by)
        now = clock.now()
        if due_at <= now:
            raise BackDated
        version = version_for(line, offer_version_id, OfferKind.PLAN, now)
        leaving.refuse_leaving(line)
        if current_plan(line).offer_version_id == version.id:
            raise SamePlan
        if waiting.pending_of(line.id) is not None:
            raise ChangeScheduled
        new = ScheduledChange(
            id=new_id(),
            line=line,
            version=version,
            due_at=due_at,
            status=ChangeStatus.PENDING,
            ordered_by=by.name,
            effect_key=effect_key,
            created_at=now,
        )
        db.session.add(new)
        audit.record(
            by,
            "line.plan_change_scheduled",
            "line",
            line.id,
            plan=version.offer.code,
            due_at=due_at,
        )
        events.announce(PlanChangeScheduled(new.id, line.id, line.customer_id, version.id, due_at))
    return new


def carry_out_due(limit: int = 500) -> int:
    """Make every change whose time has come; how many were made."""
    query = (
        select(ScheduledChange.id)
        .where(
            ScheduledChange.status == ChangeStatus.PENDING, ScheduledChange.due_at <= clock.now()
        )
        .order_by(ScheduledChange.due_at)
        .limit(limit)
    )
    return one_by_one(carry_out, db.session.scalars(query).all())


def carry_out(change_id: UUID) -> bool:
    """Make one change; False when it fell back, is not due, or somebody else made it.

    What the services refuse by then (a withdrawn offer, a blocked line, too little balance) is
    not tried again: the line keeps its plan and the customer is told.
    """
    try:
        return _make(change_id)
    except Refusal as refusal:
        _fall_back(change_id, refusal.code)
        return False


def _make(change_id: UUID) -> bool:
    with db.transaction():
        change = _locked(change_id)
        if change is None or change.due_at > clock.now():
            return False
        # Before the change, which would take it for another that is superseded.
        change.status, change.ended_at = ChangeStatus.DONE, clock.now()
        db.session.flush()
        change_plan(
            change.line_id, change.offer_version_id, by=SYSTEM, effect_key=f"scheduled:{change.id}"
        )
    return True


def _fall_back(change_id: UUID, refusal: str) -> None:
    with db.transaction():
        change = _locked(change_id)
        if change is None:
            return
        moment = clock.now()
        change.status, change.ended_at, change.refusal = ChangeStatus.FELL_BACK, moment, refusal
        line = change.line
        audit.record(SYSTEM, "line.plan_change_fell_back", "line", line.id, why=refusal)
        events.announce(
            PlanChangeFellBack(
                change.id, line.id, line.customer_id, change.offer_version_id, refusal, moment
            )
        )


def _locked(change_id: UUID) -> ScheduledChange | None:
    """A pending change and its line, in the order every command takes them: the line first."""
    line_id = db.session.scalar(
        select(ScheduledChange.line_id).where(ScheduledChange.id == change_id)
    )
    if line_id is None:
        return None
    access.line_for(SYSTEM, line_id, lock=True)
    query = select(ScheduledChange).where(
        ScheduledChange.id == change_id, ScheduledChange.status == ChangeStatus.PENDING
    )
    return db.session.scalar(query.execution_options(populate_existing=True))


def _done_before(line: Line, effect_key: str) -> ScheduledChange | None:
    query = select(ScheduledChange).where(ScheduledChange.effect_key == effect_key)
    found = db.session.scalar(query)
    if found is not None and found.line_id != line.id:
        raise Conflict(field="effect_key")
    return found
