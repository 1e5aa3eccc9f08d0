"""Waiting tickets are offered to those who fit and have room, as soon as either comes free."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, or_, select, text

from app.audit import service as audit
from app.conversations.models import AgentState, Availability
from app.conversations.service import ownership
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.ids import new_id
from app.tickets import access, hours, routing, workload
from app.tickets.errors import NotOffered, OfferedElsewhere
from app.tickets.events import OfferEnded, TicketOffered
from app.tickets.models import Distribution, Offer, OfferAnswer, RoutingPlan, Status, Ticket
from app.tickets.routing import Match, Patience

Plans = Mapping[str, RoutingPlan]

# Who is accepted at this moment is left out; the others are ours until the offer is written.
_TAKE = text("""
WITH free AS (
    SELECT id FROM ticket
    WHERE id = ANY(CAST(:ticket_ids AS uuid[])) AND status = 'new' AND snoozed_until IS NULL
    FOR UPDATE SKIP LOCKED
)
INSERT INTO ticket_offer (id, ticket_id, staff_id, offered_at, expires_at)
SELECT told.id, ticket_id, staff_id, :now, until
FROM unnest(
    CAST(:ids AS uuid[]), CAST(:ticket_ids AS uuid[]), CAST(:staff_ids AS uuid[]),
    CAST(:untils AS timestamptz[])
) AS told (id, ticket_id, staff_id, until) JOIN free ON free.id = ticket_id
RETURNING ticket_id
""")
# Planning what follows anew each time, or compiling it, would take longer than doing it.
_TURN = text("""
SELECT pg_advisory_xact_lock(hashtextextended('routing', 0)),
    set_config('plan_cache_mode', 'force_generic_plan', true), set_config('jit', 'off', true)
""")
_PLANS = select(RoutingPlan).where(RoutingPlan.distribution == Distribution.OFFER)
_GONE = or_(
    Ticket.status != Status.NEW,
    Ticket.snoozed_until.is_not(None),
    AgentState.availability.is_distinct_from(Availability.AVAILABLE),
)
_STALE = (
    select(Offer, Ticket.market_code, _GONE)
    .join(Ticket, Ticket.id == Offer.ticket_id)
    .outerjoin(AgentState, AgentState.staff_id == Offer.staff_id)
    .where(Offer.answer.is_(None), or_(Offer.expires_at <= bindparam("now"), _GONE))
    .with_for_update(of=Offer, skip_locked=True)
)


def distribute(*, by: Actor) -> int:
    """End the offers that stand no more, and make those that can be made. Returns how many.

    One at a time for the whole desk, so that nobody's capacity is given away twice. Cheap when
    nothing waits: it runs after everything that may free somebody, and every second.
    """
    with db.transaction():
        plans = _plans()
        if not plans:
            return 0
        db.session.execute(_TURN)
        _end_stale(by)
        closed = hours.closed_teams(clock.now())
        agents = workload.with_room(closed)
        waiting = workload.waiting_for(agents, plans, closed)
        patience = {code: patience_of(plan) for code, plan in plans.items()}
        matches = routing.match(waiting, agents, clock.now(), patience, closed)
        return _offer(matches, plans, by)


def patience_of(plan: RoutingPlan) -> Patience:
    return Patience(
        timedelta(seconds=plan.relax_after),
        timedelta(seconds=plan.overflow_after) if plan.overflow_after else None,
        timedelta(seconds=plan.age_after) if plan.age_after else None,
    )


def decline(ticket_id: UUID, *, by: Actor) -> None:
    """Somebody else is asked. Raises NotOffered."""
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.accept", lock=True)
        offer = _standing(ticket.id)
        if offer is None or offer.staff_id != by.id:
            raise NotOffered
        audit.record(by, "ticket.declined", "ticket", ticket.id)
        _end([offer], {offer.ticket_id: ticket.market_code}, OfferAnswer.DECLINED)


def settle(ticket: Ticket, *, by: Actor) -> None:
    """The ticket is being accepted. Raises OfferedElsewhere while it is held out to another."""
    offer = _standing(ticket.id)
    if offer is None:
        return
    if offer.staff_id != by.id and offer.expires_at > clock.now():
        raise OfferedElsewhere(offer.staff.name)
    answer = OfferAnswer.ACCEPTED if offer.staff_id == by.id else OfferAnswer.WITHDRAWN
    _end([offer], {ticket.id: ticket.market_code}, answer)


def _plans() -> Plans:
    return {each.market_code: each for each in db.session.scalars(_PLANS)}


def _standing(ticket_id: UUID) -> Offer | None:
    query = select(Offer).where(Offer.ticket_id == ticket_id, Offer.answer.is_(None))
    return db.session.scalar(query.with_for_update())


def _end_stale(by: Actor) -> None:
    """Whoever missed her offer takes a break until she says that she is back: the next customer
    shall not wait for her, too."""
    found = db.session.execute(_STALE, {"now": clock.now()}).all()
    markets = {offer.ticket_id: market for offer, market, _gone in found}
    _end([offer for offer, _, is_gone in found if is_gone], markets, OfferAnswer.WITHDRAWN)
    missed = [offer for offer, _, is_gone in found if not is_gone]
    _end(missed, markets, OfferAnswer.MISSED)
    for staff_id in {offer.staff_id for offer in missed}:
        ownership.set_availability(staff_id, Availability.BREAK, by=by)


def _end(offers: Sequence[Offer], markets: Mapping[UUID, str], answer: OfferAnswer) -> None:
    now = clock.now()
    for offer in offers:
        offer.answer, offer.answered_at = answer, now
    events.announce_all(
        [
            OfferEnded(e.ticket_id, markets[e.ticket_id], e.staff_id, answer.value, now)
            for e in offers
        ]
    )


def _offer(matches: Sequence[Match], plans: Plans, by: Actor) -> int:
    """Those whose ticket nobody accepts at this moment. Returns how many."""
    if not matches:
        return 0
    now = clock.now()
    until = {code: now + timedelta(seconds=plan.accept_within) for code, plan in plans.items()}
    given = {
        "ids": [new_id() for _ in matches],
        "ticket_ids": [each.ticket_id for each in matches],
        "staff_ids": [each.staff_id for each in matches],
        "untils": [until[each.market_code] for each in matches],
        "now": now,
    }
    taken = set(db.session.scalars(_TAKE, given))
    offered = [each for each in matches if each.ticket_id in taken]
    audit.record_all(
        by, "ticket.offered", "ticket", {each.ticket_id: {"to": each.staff_id} for each in offered}
    )
    events.announce_all(
        [
            TicketOffered(e.ticket_id, e.market_code, e.staff_id, now, until[e.market_code])
            for e in offered
        ]
    )
    return len(offered)
