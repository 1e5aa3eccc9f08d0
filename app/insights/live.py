"""What goes on right now: the figures of the supervisor's board, in a constant number of reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, select

from app.conversations.models import AgentState, Availability, Conversation, Status
from app.core import clock, db
from app.core.actor import Actor
from app.identity.models import Staff

# A person should be there within a minute of being asked for: the service level's promise.
PROMISE = timedelta(seconds=60)
WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class AgentRow:
    id: UUID
    name: str
    availability: Availability
    since: datetime | None
    open: int


@dataclass(frozen=True, slots=True)
class MarketRow:
    market: str
    waiting: int
    longest_since: datetime | None
    with_bot: int
    with_agents: int


@dataclass(frozen=True, slots=True)
class Board:
    """Counts are of the reader's markets; shares are of the last 24 hours, None without cases."""

    waiting: int
    longest_since: datetime | None
    with_bot: int
    with_agents: int
    resolved: int
    service_level: float | None
    containment: float | None
    rating: float | None
    ratings: int
    agents: Sequence[AgentRow]
    markets: Sequence[MarketRow]


def board(actor: Actor) -> Board:
    """The live board for somebody who may see it. Raises Forbidden for others."""
    actor.must("supervision.enter")
    markets = _by_market(actor)
    day = _last_day(actor)
    longest = [each.longest_since for each in markets if each.longest_since]
    return Board(
        waiting=sum(each.waiting for each in markets),
        longest_since=min(longest, default=None),
        with_bot=sum(each.with_bot for each in markets),
        with_agents=sum(each.with_agents for each in markets),
        resolved=day.resolved,
        service_level=_share(day.in_time, day.accepted + day.late),
        containment=_share(day.started - day.handed_over, day.started),
        rating=float(day.rating) if day.rating is not None else None,
        ratings=day.ratings,
        agents=_agents(actor),
        markets=markets,
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _seen(actor: Actor) -> ColumnElement[bool]:
    if not actor.markets:
        return Conversation.id.is_not(None)
    return Conversation.market_code.in_(sorted(actor.markets))


def _by_market(actor: Actor) -> list[MarketRow]:
    active = Conversation.status.in_([Status.BOT, Status.WAITING, Status.OPEN])
    recent = Conversation.last_message_at > clock.now() - WINDOW
    waiting = Conversation.status == Status.WAITING
    query = (
        select(
            Conversation.market_code,
            func.count().filter(waiting),
            func.min(Conversation.handed_over_at).filter(waiting),
            func.count().filter(and_(Conversation.status == Status.BOT, recent)),
            func.count().filter(Conversation.status == Status.OPEN),
        )
        .where(active, _seen(actor))
        .group_by(Conversation.market_code)
        .order_by(Conversation.market_code)
    )
    return [MarketRow(*row) for row in db.session.execute(query)]


def _last_day(actor: Actor) -> Row[tuple[int, int, int, int, int, int, float | None, int]]:
    moment = clock.now()
    handed_over = Conversation.handed_over_at.is_not(None)
    accepted = Conversation.accepted_at.is_not(None)
    in_time = Conversation.accepted_at - Conversation.handed_over_at <= PROMISE
    late = and_(~accepted, Conversation.handed_over_at < moment - PROMISE)
    query = select(
        func.count().label("started"),
        func.count().filter(handed_over).label("handed_over"),
        func.count().filter(and_(handed_over, accepted)).label("accepted"),
        func.count().filter(and_(accepted, in_time)).label("in_time"),
        func.count().filter(and_(handed_over, late)).label("late"),
        func.count().filter(Conversation.resolved_at > moment - WINDOW).label("resolved"),
        func.avg(Conversation.rating).label("rating"),
        func.count(Conversation.rating).label("ratings"),
    ).where(Conversation.created_at > moment - WINDOW, _seen(actor), Conversation.last_seq > 0)
    return db.session.execute(query).one()


def _agents(actor: Actor) -> list[AgentRow]:
    """Everybody who serves customers in the reader's markets, the busiest first."""
    open_now = (
        select(Conversation.assignee_id, func.count().label("open"))
        .where(Conversation.status == Status.OPEN)
        .group_by(Conversation.assignee_id)
        .subquery()
    )
    availability = func.coalesce(AgentState.availability, Availability.OFFLINE.value)
    query = (
        select(Staff, availability, AgentState.since, func.coalesce(open_now.c.open, 0))
        .outerjoin(AgentState, AgentState.staff_id == Staff.id)
        .outerjoin(open_now, open_now.c.assignee_id == Staff.id)
        .where(Staff.disabled_at.is_(None))
        .order_by(func.coalesce(open_now.c.open, 0).desc(), Staff.name)
    )
    return [
        AgentRow(staff.id, staff.name, Availability(state), since, count)
        for staff, state, since, count in db.session.execute(query)
        if _serves(staff) and _shares_market(staff, actor)
    ]


def _serves(staff: Staff) -> bool:
    return staff.as_actor().may("tickets.accept")


def _shares_market(staff: Staff, actor: Actor) -> bool:
    return not actor.markets or not staff.markets or bool(actor.markets & set(staff.markets))
