"""Keeping the clocks of a ticket in step with it.

Whoever changes a ticket's state, priority or whatever else policies ask for calls `follow`, once,
with the ticket locked. Answers and messages come from conversations. A clock that is nearly late
or late is told to be so as of that moment, whoever comes by first.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import aliased

from app.audit import service as audit
from app.conversations.models import Conversation
from app.core import bulk, clock, db, events
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.customers.models import Customer
from app.tickets import rulebook, sla
from app.tickets.clocks import Clock
from app.tickets.events import SlaBreached, SlaWarned
from app.tickets.models import (
    OPEN_STATUSES,
    Escalation,
    Goal,
    Occasion,
    Outcome,
    Ticket,
    TicketClock,
)
from app.tickets.rulebook import Rulebook
from app.tickets.sla import Case, Promise

# What changes on a clock while its ticket is worked on.
_MOVING = (
    "policy_id",
    "calendar_id",
    "target",
    "used",
    "warn_percent",
    "stands",
    "aimed_at",
    "running_since",
    "warn_at",
    "due_at",
    "next_at",
    "warned_at",
    "breached_at",
    "stopped_at",
    "outcome",
)
_FRESH = {"populate_existing": True}
_TOLD = {
    Occasion.WARNING: (SlaWarned, "ticket.sla_warned"),
    Occasion.BREACH: (SlaBreached, "ticket.sla_breached"),
}


def _of_talk() -> ColumnElement[bool]:
    """The ticket of a conversation, whose own may have been merged into it."""
    merged = aliased(Ticket)
    kept = select(merged.merged_into_id).where(
        merged.conversation_id == bindparam("of"), merged.merged_into_id.is_not(None)
    )
    return or_(Ticket.conversation_id == bindparam("of"), Ticket.id.in_(kept))


def _awaited(of: ColumnElement[bool]) -> Select[TicketClock]:
    query = select(TicketClock).join(Ticket, Ticket.id == TicketClock.ticket_id)
    query = query.where(of, TicketClock.goal.in_(sla.RESPONSES), TicketClock.stopped_at.is_(None))
    return query.with_for_update(of=TicketClock)


def _calm(of: ColumnElement[bool]) -> Select[Ticket]:
    """Open, with nobody who awaits an answer."""
    awaits = select(TicketClock.id).where(
        TicketClock.ticket_id == Ticket.id,
        TicketClock.goal.in_(sla.RESPONSES),
        TicketClock.stopped_at.is_(None),
    )
    return select(Ticket).where(of, Ticket.status.in_(OPEN_STATUSES), ~awaits.exists())


# Made once: with each message it would cost more than all else that is done about it.
_AWAITED_IN_TALK, _CALM_OF_TALK = _awaited(_of_talk()), _calm(_of_talk())
_AWAITED_ON_TICKET = _awaited(Ticket.id == bindparam("of"))
_CALM_TICKET = _calm(Ticket.id == bindparam("of"))


def case_of(ticket: Ticket) -> Case:
    """As policies see it."""
    customer = db.session.get(Customer, ticket.customer_id) if ticket.customer_id else None
    talk = db.session.get(Conversation, ticket.conversation_id) if ticket.conversation_id else None
    return Case(
        ticket.priority,
        ticket.market_code,
        ticket.topic.value,
        ticket.type.value,
        customer.segment if customer else "",
        talk.channel if talk else "",
    )


def promised(ticket: Ticket) -> dict[Goal, Promise]:
    """By the rules in force, as it now is."""
    return _chosen(ticket)[0]


def begin(ticket: Ticket, *, answers: bool) -> dict[Goal, Promise]:
    """Its clocks run from when it was opened; the first response is awaited unless whoever opened
    it `answers` already. The ticket is in the database."""
    chosen, book = _chosen(ticket)
    goals = [Goal.RESOLUTION] if answers else [Goal.FIRST_RESPONSE, Goal.RESOLUTION]
    rows = [_started(ticket, chosen[goal], book, ticket.created_at) for goal in goals]
    _show(ticket, rows)
    return chosen


def follow(ticket: Ticket, *, awaited: bool = False) -> None:
    """Set its clocks as it now is: stopped when it is done, still while it waits for the customer,
    aimed at what it is promised now; what has run is kept. `awaited` when she waits for a person
    again, so that an answer is due. Joins the caller's transaction."""
    _follow(ticket, _running(ticket.id), None, awaited=awaited)


def follow_all(tickets: Sequence[Ticket]) -> None:
    """As `follow`, for many at once: their clocks and the rules are read in one statement each."""
    query = select(TicketClock).where(
        TicketClock.ticket_id.in_([each.id for each in tickets]), TicketClock.stopped_at.is_(None)
    )
    running: dict[UUID, list[TicketClock]] = {each.id: [] for each in tickets}
    for row in db.session.scalars(query.with_for_update(), execution_options=_FRESH):
        running[row.ticket_id].append(row)
    book = rulebook.rulebook()
    for ticket in tickets:
        _follow(ticket, running[ticket.id], book)
    bulk.write_together((each for rows in running.values() for each in rows), *_MOVING)


def _follow(
    ticket: Ticket, rows: list[TicketClock], book: Rulebook | None, awaited: bool = False
) -> None:
    now = clock.now()
    if not ticket.is_open:
        for row in rows:
            _stop(row, now, Outcome.SOLVED if row.goal is Goal.RESOLUTION else Outcome.ENDED)
        return
    book = book or rulebook.rulebook()
    chosen = sla.promises(case_of(ticket), book.policies)
    goals = {row.goal for row in rows}
    if Goal.RESOLUTION not in goals:
        rows.append(_again(ticket, now) or _first(ticket, chosen, book, now))
    if awaited and not goals & set(sla.RESPONSES):
        rows.append(_started(ticket, chosen[Goal.NEXT_RESPONSE], book, now))
    for row in rows:
        _aim(row, chosen[row.goal], book, now)
        _stand_or_run(row, ticket, now)
    _show(ticket, rows)


def answered(
    at: datetime, *, conversation_id: UUID | None = None, ticket_id: UUID | None = None
) -> None:
    """An agent has answered where the customer sees it."""
    query = _AWAITED_IN_TALK if ticket_id is None else _AWAITED_ON_TICKET
    for row in db.session.scalars(query, {"of": ticket_id or conversation_id}):
        _stop(row, at, Outcome.ANSWERED)


def customer_wrote(
    at: datetime, *, conversation_id: UUID | None = None, ticket_id: UUID | None = None
) -> None:
    """She awaits an answer from now on, unless she awaits one already."""
    query = _CALM_OF_TALK if ticket_id is None else _CALM_TICKET
    for ticket in db.session.scalars(query, {"of": ticket_id or conversation_id}):
        chosen, book = _chosen(ticket)
        row = _started(ticket, chosen[Goal.NEXT_RESPONSE], book, at)
        ticket.respond_by = row.due_at or ticket.respond_by


def catch_up(row: TicketClock, now: datetime) -> None:
    """Warn of it and mark it late, each once and as of its own moment; the chain of its policy
    begins. One that stands still has told all it had to."""
    if row.running_since is None:
        return
    if row.warned_at is None and row.warn_at is not None and row.warn_at < now:
        row.warned_at = row.warn_at
        _tell(row, Occasion.WARNING, row.warn_at)
    if row.breached_at is None and row.due_at is not None and row.due_at < now:
        row.breached_at = row.due_at
        _tell(row, Occasion.BREACH, row.due_at)


def next_at(row: TicketClock) -> datetime | None:
    """When there is something to be done about it; None while it stands still or all is done."""
    if row.stopped_at is not None or row.running_since is None or row.breached_at is not None:
        return None
    return row.warn_at if row.warned_at is None and row.warn_at is not None else row.due_at


def _chosen(ticket: Ticket) -> tuple[dict[Goal, Promise], Rulebook]:
    book = rulebook.rulebook()
    return sla.promises(case_of(ticket), book.policies), book


def _running(ticket_id: UUID) -> list[TicketClock]:
    query = select(TicketClock).where(
        TicketClock.ticket_id == ticket_id, TicketClock.stopped_at.is_(None)
    )
    return list(db.session.scalars(query.with_for_update(), execution_options=_FRESH))


def _started(ticket: Ticket, promise: Promise, book: Rulebook, at: datetime) -> TicketClock:
    calendar_id = book.calendar_id(promise.policy)
    row = TicketClock(
        id=new_id(),
        ticket_id=ticket.id,
        ticket=ticket,
        goal=promise.goal,
        policy_id=promise.policy.id,
        calendar_id=calendar_id,
        warn_percent=promise.policy.warn_at,
        stands=promise.goal in promise.policy.stands,
        started_at=at,
        aimed_at=at,
    )
    _set(row, Clock(promise.within, rulebook.calendar_by(calendar_id), since=at))
    _stand_or_run(row, ticket, at)
    db.session.add(row)
    return row


def _again(ticket: Ticket, now: datetime) -> TicketClock | None:
    """A ticket that is reopened goes on where it was; the time in which it was done is nobody's."""
    query = (
        select(TicketClock)
        .where(TicketClock.ticket_id == ticket.id, TicketClock.goal == Goal.RESOLUTION)
        .order_by(TicketClock.started_at.desc())
        .limit(1)
    )
    row = db.session.scalar(query.with_for_update(), execution_options=_FRESH)
    if row is not None:
        row.stopped_at = row.outcome = None
        _set(row, _clock_of(row).resumed(now))
    return row


def _first(
    ticket: Ticket, chosen: Mapping[Goal, Promise], book: Rulebook, now: datetime
) -> TicketClock:
    """Of a ticket that never had one. What came from elsewhere and is over there begins now."""
    since = ticket.created_at if now < ticket.resolve_by else now
    return _started(ticket, chosen[Goal.RESOLUTION], book, since)


def _aim(row: TicketClock, promise: Promise, book: Rulebook, now: datetime) -> None:
    policy = promise.policy
    calendar_id = book.calendar_id(policy)
    row.aimed_at = now
    same = (row.target, row.calendar_id) == (promise.within, calendar_id)
    if same and row.policy_id == policy.id:
        return
    catch_up(row, now)
    aimed = _clock_of(row).aimed(promise.within, rulebook.calendar_by(calendar_id), now)
    row.policy_id, row.calendar_id = policy.id, calendar_id
    row.warn_percent, row.stands = policy.warn_at, row.goal in policy.stands
    _set(row, aimed)


def _stand_or_run(row: TicketClock, ticket: Ticket, now: datetime) -> None:
    stands = row.stands and ticket.waits_for_customer
    if stands and row.running_since is not None:
        catch_up(row, now)
        _set(row, _clock_of(row).paused(now))
    elif not stands and row.running_since is None:
        _set(row, _clock_of(row).resumed(now))


def _stop(row: TicketClock, now: datetime, outcome: Outcome) -> None:
    """`due_at` and `warn_at` stay as they were, to be read."""
    catch_up(row, now)
    row.used = _clock_of(row).elapsed(now)
    row.running_since = row.next_at = None
    row.stopped_at, row.outcome = now, outcome


def _clock_of(row: TicketClock) -> Clock:
    return Clock(row.target, rulebook.calendar_by(row.calendar_id), row.used, row.running_since)


def _set(row: TicketClock, as_it_is: Clock) -> None:
    row.target, row.used, row.running_since = as_it_is.target, as_it_is.used, as_it_is.since
    row.due_at, row.warn_at = as_it_is.due_at(), as_it_is.warns_at(row.warn_percent)
    row.next_at = next_at(row)


def _show(ticket: Ticket, rows: Iterable[TicketClock]) -> None:
    for row in rows:
        if row.due_at is None:
            continue
        if row.goal is Goal.RESOLUTION:
            ticket.resolve_by = row.due_at
        else:
            ticket.respond_by = row.due_at


def _tell(row: TicketClock, occasion: Occasion, at: datetime) -> None:
    ticket = row.ticket
    kind, action = _TOLD[occasion]
    audit.record(SYSTEM, action, "ticket", ticket.id, goal=row.goal, at=at)
    _plan_steps(row, occasion, at)
    events.announce(
        kind(
            ticket.id,
            ticket.conversation_id,
            ticket.customer_id,
            ticket.market_code,
            ticket.assignee_id,
            row.id,
            row.goal.value,
            row.due_at or at,
            at,
        )
    )


def _plan_steps(row: TicketClock, occasion: Occasion, at: datetime) -> None:
    """Rows, so that none is forgotten and none taken twice; what the chain says now is what is
    done, whatever it says later."""
    policy = rulebook.policy_by(row.policy_id)
    if policy.chain is None:
        return
    steps = rulebook.rulebook().steps(policy)
    bulk.insert(
        Escalation,
        [
            {
                "id": new_id(),
                "ticket_id": row.ticket_id,
                "clock_id": row.id,
                "occasion": occasion.value,
                "position": position,
                "deed": step.deed.value,
                "whom": step.whom,
                "due_at": at + step.after,
                "told": "",
            }
            for position, step in enumerate(steps)
            if step.occasion is occasion
        ],
        unless_known="clock_id, occasion, position",
    )
