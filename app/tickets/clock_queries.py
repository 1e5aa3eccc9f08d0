"""Reading clocks: of a ticket, of the rows of a list, of what is at risk, and how promises were
kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Float, Select, and_, case, func, select
from sqlalchemy.orm import joinedload

from app.core import clock, db
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.tickets import rulebook, sla
from app.tickets.models import (
    OPEN_STATUSES,
    Escalation,
    Goal,
    Outcome,
    SlaRule,
    Ticket,
    TicketClock,
)
from app.tickets.sla import State, Verdict


@dataclass(frozen=True, slots=True)
class Shown:
    """A clock as people see it. `due_at` is None while it stands still, then `left` is what remains
    of its target in working time."""

    goal: Goal
    state: State
    due_at: datetime | None
    warn_at: datetime | None
    left: timedelta
    target: timedelta
    stopped_at: datetime | None
    breached_at: datetime | None
    policy_name: str
    is_response: bool


def shown(row: TicketClock, policy_name: str = "") -> Shown:
    now = clock.now()
    state = sla.state_of(
        running=row.running_since is not None,
        stopped=row.stopped_at is not None,
        due_at=row.due_at,
        warn_at=row.warn_at,
        breached=row.breached_at is not None,
        now=now,
    )
    left = max(row.target - row.used, timedelta(0))
    return Shown(
        row.goal, state, row.due_at, row.warn_at, left, row.target, row.stopped_at,
        row.breached_at, policy_name, row.goal in sla.RESPONSES,
    )  # fmt: skip


def of_ticket(ticket_id: UUID) -> list[Shown]:
    """All that it ever had, the oldest first; one statement."""
    query = (
        select(TicketClock, func.coalesce(SlaRule.name, ""))
        .outerjoin(SlaRule, SlaRule.id == TicketClock.policy_id)
        .where(TicketClock.ticket_id == ticket_id)
        .order_by(TicketClock.started_at, TicketClock.goal)
    )
    return [shown(row, name) for row, name in db.session.execute(query)]


def running_of(ticket_id: UUID) -> list[Shown]:
    """Those that have not stopped, an awaited answer first; one statement."""
    query = select(TicketClock).where(
        TicketClock.ticket_id == ticket_id, TicketClock.stopped_at.is_(None)
    )
    found = db.session.scalars(query.order_by(TicketClock.goal == Goal.RESOLUTION))
    return [shown(row) for row in found]


def next_of(ticket_ids: Collection[UUID]) -> dict[UUID, Shown]:
    """Of each ticket the clock that matters now: an answer that is awaited, else the solution. One
    statement."""
    query = (
        select(TicketClock)
        .where(TicketClock.ticket_id.in_(ticket_ids), TicketClock.stopped_at.is_(None))
        .order_by(TicketClock.goal == Goal.RESOLUTION)
    )
    found: dict[UUID, Shown] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.ticket_id, shown(row))
    return found


def steps_of(ticket_id: UUID) -> list[Escalation]:
    """What was done because a clock of it was late, or nearly; the latest last."""
    query = select(Escalation).where(Escalation.ticket_id == ticket_id)
    return list(db.session.scalars(query.order_by(Escalation.due_at, Escalation.position)))


def at_risk(
    actor: Actor, *, market: str = "", goal: str = "", limit: int = 200
) -> list[TicketClock]:
    """Clocks that warn or are missed, of open tickets in the actor's markets, the nearest first."""
    actor.must("supervision.enter")
    is_late = TicketClock.breached_at.is_not(None)
    warns = and_(TicketClock.running_since.is_not(None), TicketClock.warn_at <= clock.now())
    query: Select[TicketClock] = (
        select(TicketClock)
        .join(Ticket, Ticket.id == TicketClock.ticket_id)
        .options(
            joinedload(TicketClock.ticket).joinedload(Ticket.customer),
            joinedload(TicketClock.ticket).joinedload(Ticket.assignee),
        )
        .where(
            TicketClock.stopped_at.is_(None),
            Ticket.status.in_(OPEN_STATUSES),
            is_late | warns,
            in_markets_of(actor, Ticket.market_code),
        )
    )
    if market:
        query = query.where(Ticket.market_code == market)
    if goal in set(Goal):
        query = query.where(TicketClock.goal == goal)
    return list(db.session.scalars(query.order_by(TicketClock.due_at.nulls_last()).limit(limit)))


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the clocks of a goal that began in a time: how many stopped, how many of these in time,
    and half of them within this. First responses are those of agents, which customers see."""

    goal: Goal
    done: int
    in_time: int
    running: int
    median: timedelta | None


def kept(since: datetime, until: datetime, market_codes: Collection[str]) -> list[Kept]:
    """For each goal; one statement. What ended without an answer is not counted as one."""
    stopped = TicketClock.stopped_at.is_not(None)
    counts = and_(stopped, TicketClock.outcome != Outcome.ENDED)
    took = func.extract("epoch", TicketClock.stopped_at - TicketClock.started_at).cast(Float)
    query = (
        select(
            TicketClock.goal,
            func.count().filter(counts),
            func.count().filter(counts, TicketClock.breached_at.is_(None)),
            func.count().filter(~stopped),
            func.percentile_cont(0.5).within_group(case((counts, took))),
        )
        .join(Ticket, Ticket.id == TicketClock.ticket_id)
        .where(TicketClock.started_at >= since, TicketClock.started_at < until)
        .where(Ticket.market_code.in_(market_codes))
        .group_by(TicketClock.goal)
    )
    return [
        Kept(goal, done, in_time, running, None if half is None else timedelta(seconds=half))
        for goal, done, in_time, running, half in db.session.execute(query)
    ]


def why(case_: sla.Case) -> list[Verdict]:
    """Which policies hold for such a ticket now, and what speaks against the others."""
    return sla.verdicts(case_, rulebook.rulebook().policies)
