"""Tickets on their way through workflows: begun, asked about, gone on when it is time.

What is under way is a row; a sweep finds it when it is due, so a killed process only makes it late.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from app.audit import service as audit
from app.automation import looking, workflow
from app.automation.deeds import Doer
from app.automation.errors import NotAsked, NotYoursToDecide, UnderWay, WorkflowIsGone
from app.automation.events import FlowMoved
from app.automation.models import Flow, FlowState, Workflow
from app.automation.service.doing import do_all
from app.automation.telling import tell
from app.automation.workflow import Plan, Step, duration
from app.conversations.cleaning import cleaned
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor, Kind
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.core.ids import new_id
from app.core.reach import in_markets_of
from app.identity.models import Staff
from app.tickets import access
from app.tickets.models import OPEN_STATUSES, Ticket

log = structlog.get_logger(__name__)

_UNDER_WAY = (FlowState.WAITING, FlowState.ASKING)


def begin(name: str, ticket_id: UUID, *, begun_by: UUID) -> Flow:
    """Raises WorkflowIsGone, UnderWay. Joins the caller's transaction."""
    with db.transaction():
        found = db.session.scalar(select(Workflow).where(Workflow.name == name, Workflow.is_on))
        if found is None:
            raise WorkflowIsGone
        plan = workflow.stored(found.content)
        row = {
            "id": new_id(),
            "workflow_id": found.id,
            "ticket_id": ticket_id,
            "plan": found.content,
            "state": FlowState.WAITING,
            "step": plan.start,
            "begun_by": begun_by,
            "begun_at": clock.now(),
            "history": [],
        }
        statement = insert(Flow).values(**row).on_conflict_do_nothing().returning(Flow)
        flow = db.session.scalar(statement)
        if flow is None:
            raise UnderWay
        audit.record(_actor(found), "workflow.begun", "ticket", ticket_id, name=found.name)
        _walk(flow, plan, plan.start)
    return flow


def decide(flow_id: UUID, *, approved: bool, by: Actor, note: str = "") -> Flow:
    """By somebody of the role that is asked, never by whoever began it. Raises NotAsked,
    NotYoursToDecide, NotFound."""
    with db.transaction():
        flow = flow_for(by, flow_id, lock=True)
        if flow.state is not FlowState.ASKING or not flow.ticket.is_open:
            raise NotAsked
        if not may_decide(by, flow):
            raise NotYoursToDecide
        way = "approved" if approved else "refused"
        plan = workflow.stored(flow.plan)
        words = cleaned(note, may_be_empty=True)[:500]
        _remember(flow, way, by=by.name, note=words)
        audit.record(by, "workflow.decided", "ticket", flow.ticket_id, step=flow.step, answer=way)
        _walk(flow, plan, getattr(plan.steps[flow.step], way))
    return flow


def flow_for(by: Actor, flow_id: UUID, *, lock: bool = False) -> Flow:
    """Whoever may see its ticket. The ticket is held before the flow."""
    flow = db.session.get(Flow, flow_id)
    if flow is None:
        raise NotFound
    access.ticket_for(by, flow.ticket_id, "tickets.read", lock=lock)
    if not lock:
        return flow
    return db.session.get_one(Flow, flow_id, with_for_update=True, populate_existing=True)


def may_decide(by: Actor, flow: Flow) -> bool:
    return flow.asked_role in by.roles and flow.begun_by != by.id


def asked_of(by: Actor, limit: int = 100) -> Sequence[Flow]:
    """What waits for a decision of this person's roles, the most pressing first."""
    query = (
        select(Flow)
        .join(Ticket, Ticket.id == Flow.ticket_id)
        .where(
            Flow.state == FlowState.ASKING,
            Flow.asked_role.in_(by.roles),
            Ticket.status.in_(OPEN_STATUSES),
            in_markets_of(by, Ticket.market_code),
        )
        .options(joinedload(Flow.ticket), joinedload(Flow.workflow))
        .order_by(Flow.due_at)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def of_ticket(ticket_id: UUID) -> Sequence[Flow]:
    query = select(Flow).where(Flow.ticket_id == ticket_id).options(joinedload(Flow.workflow))
    return db.session.scalars(query.order_by(Flow.begun_at.desc()).limit(20)).all()


def end_of(ticket_id: UUID) -> None:
    """Its ticket is resolved: what is under way for it ends. Joins the caller's transaction."""
    ended = {"state": FlowState.ENDED, "ended_at": clock.now(), "due_at": None}
    under_way = update(Flow).where(Flow.ticket_id == ticket_id, Flow.state.in_(_UNDER_WAY))
    db.session.execute(under_way.values(**ended))


def sweep(limit: int = 500) -> int:
    """Go on with what is due. Returns how many."""
    query = select(Flow.id).where(Flow.state.in_(_UNDER_WAY), Flow.due_at <= clock.now())
    due = list(db.session.scalars(query.order_by(Flow.due_at).limit(limit)))
    return sum(_go_on(each) for each in due)


def _go_on(flow_id: UUID) -> bool:
    try:
        with db.transaction():
            flow = flow_for(SYSTEM, flow_id, lock=True)
            if flow.state not in _UNDER_WAY or flow.due_at is None or flow.due_at > clock.now():
                return False
            plan = workflow.stored(flow.plan)
            step = plan.steps[flow.step]
            if flow.state is FlowState.ASKING:
                _remember(flow, "late")
            _walk(flow, plan, step.late if flow.state is FlowState.ASKING else step.then)
    except OperationalError:
        raise
    except Exception:
        log.exception("workflow_failed", flow_id=str(flow_id))
        _fail(flow_id)
    return True


def _fail(flow_id: UUID) -> None:
    with db.transaction():
        flow = db.session.get_one(Flow, flow_id, with_for_update=True)
        flow.state, flow.due_at, flow.ended_at = FlowState.FAILED, None, clock.now()


def _walk(flow: Flow, plan: Plan, key: str) -> None:
    """From this step until one that takes time, or the end."""
    ticket = db.session.get_one(Ticket, flow.ticket_id)
    while key:
        step = plan.steps[key]
        flow.step = key
        if not ticket.is_open:
            return _finish(flow, ticket, FlowState.ENDED)
        if step.kind != "do":
            return _stay(flow, step, ticket)
        _do(flow, step)
        key = step.then
    return _finish(flow, ticket, FlowState.DONE)


def _do(flow: Flow, step: Step) -> None:
    by = _actor(flow.workflow or db.session.get_one(Workflow, flow.workflow_id))
    facts = looking.at_tickets([flow.ticket_id])[0]
    public = Actor(Kind.SYSTEM, by.id, SYSTEM.name)
    key = f"flow:{flow.id}:{len(flow.history)}"
    did = do_all(step.do, facts, Doer(by, public, key))
    _remember(flow, "done", did=[each.plain() for each in did])


def _stay(flow: Flow, step: Step, ticket: Ticket) -> None:
    flow.state = FlowState.ASKING if step.ask else FlowState.WAITING
    flow.asked_role = step.ask or None
    flow.due_at = clock.now() + duration(step.within if step.ask else step.wait)
    if step.ask:
        _tell(step, ticket)
    events.announce(FlowMoved(ticket.id, ticket.customer_id))


def _finish(flow: Flow, ticket: Ticket, state: FlowState) -> None:
    flow.state, flow.asked_role, flow.due_at = state, None, None
    flow.ended_at = clock.now()
    events.announce(FlowMoved(ticket.id, ticket.customer_id))


def _tell(step: Step, ticket: Ticket) -> None:
    query = select(Staff).where(Staff.disabled_at.is_(None), Staff.roles.contains([step.ask]))
    for staff in db.session.scalars(query.order_by(Staff.id)):
        if staff.markets and ticket.market_code not in staff.markets:
            continue
        with speaking(staff.language):
            text = _("A decision is asked for: %(question)s", question=step.question)
        tell(staff.id, text, ticket.id)


def _remember(flow: Flow, what: str, **more: Any) -> None:
    entry = {"step": flow.step, "what": what, "at": clock.now().isoformat(), **more}
    flow.history = [*flow.history, entry]


def _actor(found: Workflow) -> Actor:
    return Actor(Kind.SYSTEM, found.id, found.name)
