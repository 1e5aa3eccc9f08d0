"""Deadlines as they come: each clock has its next one in an index, and whoever sweeps takes what
nobody else has. Two sweeps share the work, one after an outage catches up, and each warning and
each breach is told once, as of its own moment."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from app.core import clock, db
from app.core.actor import SYSTEM
from app.tickets import access
from app.tickets.models import RuleKind, SlaRule, Ticket, TicketClock
from app.tickets.service import timing

_AT_ONCE = 200
_AIMED_AT_ONCE = 100


def tell_due() -> int:
    """Warn of what is nearly late, and mark what is. Returns how many clocks; none is due when it
    is 0."""
    with db.transaction():
        now = clock.now()
        found = list(db.session.scalars(_due(now)).unique())
        for row in found:
            _tell(row, now)
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
    for ticket_id in ids:
        with db.transaction():
            timing.follow(access.ticket_for(SYSTEM, ticket_id, "tickets.read", lock=True))
    return len(ids)


def _due(now: datetime) -> Select[TicketClock]:
    """Their tickets are held too: whoever holds one finds its clocks as they are afterwards."""
    return (
        select(TicketClock)
        .join(Ticket, Ticket.id == TicketClock.ticket_id)
        .options(contains_eager(TicketClock.ticket))
        .where(TicketClock.stopped_at.is_(None), TicketClock.next_at < now)
        .order_by(TicketClock.next_at)
        .limit(_AT_ONCE)
        .with_for_update(of=[TicketClock, Ticket], skip_locked=True)
        .execution_options(populate_existing=True)
    )


def _tell(row: TicketClock, now: datetime) -> None:
    if row.warned_at is None and row.warn_at is not None and row.warn_at < now:
        timing.warn(row)
    if row.breached_at is None and row.due_at is not None and row.due_at < now:
        timing.breach(row)
    row.next_at = timing.next_at(row)
