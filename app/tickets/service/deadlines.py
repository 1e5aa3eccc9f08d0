"""Deadlines as they come: each clock has its next one in an index, and whoever sweeps takes what
nobody else has. Two sweeps share the work, one after an outage catches up, and each warning and
each breach is told once, as of its own moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager

from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.sweeps import one_by_one, together
from app.tickets import access
from app.tickets.models import RuleKind, SlaRule, Ticket, TicketClock
from app.tickets.service import timing

_AT_ONCE = 200
_AIMED_AT_ONCE = 100


def tell_due() -> int:
    """Warn of what is nearly late, and mark what is. Returns how many clocks; none is due when it
    is 0."""
    query = select(TicketClock.id).where(*_is_due(clock.now())).order_by(TicketClock.next_at)
    with db.transaction():  # what another sweep has in hand is left to it
        free = query.limit(_AT_ONCE).with_for_update(skip_locked=True)
        ids = db.session.scalars(free).all()
    return together(_tell_all, ids)


def _tell_all(clock_ids: Sequence[UUID]) -> int:
    """Those that nobody else holds at this moment, or has told of."""
    with db.transaction():
        now = clock.now()
        found = list(db.session.scalars(_held(clock_ids, now)).unique())
        for row in found:
            timing.catch_up(row, now)
            row.next_at = timing.next_at(row)
    return len(found)


def aim_anew() -> int:
    """Clocks that were aimed before the rules changed go by the new ones from now on; what has run
    is kept. Returns how many tickets; all are done when it is 0."""
    newest = select(func.max(SlaRule.effective_from)).where(
        SlaRule.effective_from <= clock.now(), SlaRule.kind != RuleKind.CHAIN
    )
    query = select(TicketClock.ticket_id).where(
        TicketClock.stopped_at.is_(None), TicketClock.aimed_at < newest.scalar_subquery()
    )
    with db.transaction():
        ids = set(db.session.scalars(query.order_by(TicketClock.aimed_at).limit(_AIMED_AT_ONCE)))
    return one_by_one(_aim, ids)


def _aim(ticket_id: UUID) -> bool:
    with db.transaction():
        timing.follow(access.ticket_for(SYSTEM, ticket_id, "tickets.read", lock=True))
    return True


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return TicketClock.stopped_at.is_(None), TicketClock.next_at < now


def _held(clock_ids: Sequence[UUID], now: datetime) -> Select[TicketClock]:
    """Their tickets are held too: whoever holds one finds its clocks as they are afterwards."""
    return (
        select(TicketClock)
        .join(Ticket, Ticket.id == TicketClock.ticket_id)
        .options(contains_eager(TicketClock.ticket))
        .where(TicketClock.id.in_(clock_ids), *_is_due(now))
        .order_by(TicketClock.next_at)
        .with_for_update(of=[TicketClock, Ticket], skip_locked=True)
        .execution_options(populate_existing=True)
    )
