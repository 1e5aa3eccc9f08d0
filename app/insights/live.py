"""What goes on right now: the figures of live boards, told once for everybody who looks at them.

A part is what goes on in one market. Parts are counts, so a reader's board is the sum of hers; her
screen begins with all of them and adds them up anew as each arrives.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from app.conversations.models import AgentState, Availability, Conversation, Status
from app.core import clock, db, events
from app.core.actor import Actor
from app.identity.models import Staff
from app.insights.events import BoardMoved
from app.insights.models import BoardTick
from app.markets.models import Market
from app.tickets.models import Ticket, TicketClock

# A person should be there within a minute of being asked for: the service level's promise.
PROMISE = timedelta(seconds=60)
WINDOW = timedelta(hours=24)
# A promise that ends so soon is at risk.
SOON = timedelta(minutes=30)
_MOST_AT_RISK = 12
_TOLD_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class AgentRow:
    id: UUID
    name: str
    availability: Availability
    since: datetime | None
    open: int


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A ticket whose next promise ends soon, or has ended."""

    id: UUID
    reference: str
    subject: str
    due_at: datetime
    agent: str


@dataclass(slots=True)
class ChannelRow:
    waiting: int = 0
    with_bot: int = 0
    with_agents: int = 0

    def add(self, other: "ChannelRow") -> None:
        self.waiting += other.waiting
        self.with_bot += other.with_bot
        self.with_agents += other.with_agents


@dataclass(slots=True)
class Part(ChannelRow):
    """What goes on in one market; the counts from `met_by_bot` on are of the last 24 hours."""

    market: str = ""
    longest_since: datetime | None = None
    met_by_bot: int = 0
    kept_by_bot: int = 0
    handed_over: int = 0
    accepted: int = 0
    in_time: int = 0
    late: int = 0
    resolved: int = 0
    points: int = 0
    ratings: int = 0
    overdue: int = 0
    soon: int = 0
    channels: dict[str, ChannelRow] = field(default_factory=dict)
    at_risk: list[AtRisk] = field(default_factory=list)
    agents: list[AgentRow] = field(default_factory=list)


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
    handed_over: int
    service_level: float | None
    containment: float | None
    rating: float | None
    ratings: int
    overdue: int
    soon: int
    channels: Mapping[str, ChannelRow]
    at_risk: Sequence[AtRisk]
    agents: Sequence[AgentRow]
    markets: Sequence[MarketRow]
    parts: Sequence[dict[str, Any]]


def board(actor: Actor) -> Board:
    """The live board for somebody who may see it. Raises Forbidden for others."""
    actor.must("supervision.enter")
    at = clock.now()
    parts = [part for code, part in _parts().items() if actor.sees_market(code)]
    channels: dict[str, ChannelRow] = defaultdict(ChannelRow)
    agents: dict[UUID, AgentRow] = {}
    for part in parts:
        agents |= {each.id: each for each in part.agents}
        for name, row in part.channels.items():
            channels[name].add(row)
    ratings = _sum(parts, "ratings")
    longest = [part.longest_since for part in parts if part.longest_since]
    risky = sorted((each for part in parts for each in part.at_risk), key=lambda each: each.due_at)
    return Board(
        waiting=_sum(parts, "waiting"),
        longest_since=min(longest, default=None),
        with_bot=_sum(parts, "with_bot"),
        with_agents=_sum(parts, "with_agents"),
        resolved=_sum(parts, "resolved"),
        handed_over=_sum(parts, "handed_over"),
        service_level=_share(_sum(parts, "in_time"), _sum(parts, "accepted") + _sum(parts, "late")),
        containment=_share(_sum(parts, "kept_by_bot"), _sum(parts, "met_by_bot")),
        rating=_share(_sum(parts, "points"), ratings),
        ratings=ratings,
        overdue=_sum(parts, "overdue"),
        soon=_sum(parts, "soon"),
        channels=dict(sorted(channels.items())),
        at_risk=risky[:_MOST_AT_RISK],
        agents=sorted(agents.values(), key=lambda each: (-each.open, each.name)),
        markets=[
            MarketRow(
                part.market, part.waiting, part.longest_since, part.with_bot, part.with_agents
            )
            for part in parts
            if part.waiting or part.with_bot or part.with_agents
        ],
        parts=[_told(_plain_text(part), at) for part in parts],
    )


def tick() -> int:
    """Tell open boards what has changed: counted once, whoever looks. Beat runs this every two
    seconds; two at once tell once. Returns how many markets were told of."""
    told = 0
    with db.transaction():
        at = clock.now()
        for code, part in _parts().items():
            text = _plain_text(part)
            if _is_new(code, sha256(text.encode()).hexdigest()):
                events.announce(BoardMoved(code, _told(text, at)))
                told += 1
    return told


def _told(text: str, at: datetime) -> dict[str, Any]:
    """A part as screens have it; of two of one market the later counts."""
    return {**json.loads(text), "at": at.isoformat()}


def _plain_text(part: Part) -> str:
    return json.dumps(asdict(part), default=_plain, sort_keys=True)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _is_new(market_code: str, digest: str) -> bool:
    """Whether these figures were not told yet, or so long ago that a screen may have missed it."""
    now = clock.now()
    row = insert(BoardTick).values(market_code=market_code, digest=digest, told_at=now)
    again = row.on_conflict_do_update(
        index_elements=[BoardTick.market_code],
        set_={"digest": digest, "told_at": now},
        where=or_(BoardTick.digest != digest, BoardTick.told_at < now - _TOLD_AGAIN),
    )
    return db.session.execute(again.returning(BoardTick.market_code)).first() is not None


def _parts() -> dict[str, Part]:
    """Of every market, also where nothing goes on, in five statements however much does."""
    codes = db.session.scalars(select(Market.code).order_by(Market.code))
    parts = {code: Part(market=code) for code in codes}
    _count_open(parts)
    _count_day(parts)
    _count_at_risk(parts)
    _add_agents(parts)
    return parts


def _sum(parts: Sequence[Part], name: str) -> int:
    return sum(getattr(part, name) for part in parts)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _count_open(parts: dict[str, Part]) -> None:
    active = Conversation.status.in_([Status.BOT, Status.WAITING, Status.OPEN])
    recent = Conversation.last_message_at > clock.now() - WINDOW
    waiting = Conversation.status == Status.WAITING
    query = (
        select(
            Conversation.market_code,
            Conversation.channel,
            func.count().filter(waiting),
            func.min(Conversation.handed_over_at).filter(waiting),
            func.count().filter(and_(Conversation.status == Status.BOT, recent)),
            func.count().filter(Conversation.status == Status.OPEN),
        )
        .where(active)
        .group_by(Conversation.market_code, Conversation.channel)
        .order_by(Conversation.market_code, Conversation.channel)
    )
    for code, channel, wait, since, bot, people in db.session.execute(query):
        part, row = parts[code], ChannelRow(wait, bot, people)
        part.add(row)
        part.channels[channel] = row
        part.longest_since = min(filter(None, (part.longest_since, since)), default=None)


def _count_day(parts: dict[str, Part]) -> None:
    moment = clock.now()
    handed_over = Conversation.handed_over_at.is_not(None)
    accepted = Conversation.accepted_at.is_not(None)
    in_time = Conversation.accepted_at - Conversation.handed_over_at <= PROMISE
    late = and_(~accepted, Conversation.handed_over_at < moment - PROMISE)
    with_bot = Conversation.bot_seq > 0
    query = (
        select(
            Conversation.market_code,
            func.count().filter(with_bot).label("met_by_bot"),
            func.count().filter(and_(with_bot, ~handed_over)).label("kept_by_bot"),
            func.count().filter(handed_over).label("handed_over"),
            func.count().filter(and_(handed_over, accepted)).label("accepted"),
            func.count().filter(and_(accepted, in_time)).label("in_time"),
            func.count().filter(and_(handed_over, late)).label("late"),
            func.count().filter(Conversation.resolved_at > moment - WINDOW).label("resolved"),
            func.coalesce(func.sum(Conversation.rating), 0).label("points"),
            func.count(Conversation.rating).label("ratings"),
        )
        .where(Conversation.created_at > moment - WINDOW, Conversation.last_seq > 0)
        .group_by(Conversation.market_code)
    )
    for row in db.session.execute(query).mappings():
        part = parts[row["market_code"]]
        for name, value in row.items():
            if name != "market_code":
                setattr(part, name, value)


def _count_at_risk(parts: dict[str, Part]) -> None:
    """By the clock of each that ends next, or has ended; what stands still is at no risk."""
    moment = clock.now()
    nearest = (
        select(TicketClock.ticket_id, func.min(TicketClock.due_at).label("due_at"))
        .where(TicketClock.stopped_at.is_(None), TicketClock.due_at < moment + SOON)
        .group_by(TicketClock.ticket_id)
        .subquery()
    )
    due = nearest.c.due_at
    place = func.row_number().over(partition_by=Ticket.market_code, order_by=due)
    risky = (
        select(
            Ticket.market_code,
            Ticket.id,
            Ticket.reference,
            Ticket.subject,
            Ticket.assignee_id,
            due.label("due_at"),
            place.label("place"),
            func.count().filter(due < moment).over(partition_by=Ticket.market_code).label("gone"),
            func.count().over(partition_by=Ticket.market_code).label("whole"),
        )
        .join(nearest, nearest.c.ticket_id == Ticket.id)
        .subquery()
    )
    query = (
        select(risky, func.coalesce(Staff.name, ""))
        .outerjoin(Staff, Staff.id == risky.c.assignee_id)
        .where(risky.c.place <= _MOST_AT_RISK)
        .order_by(risky.c.due_at)
    )
    for (
        code,
        id_,
        reference,
        subject,
        _agent_id,
        due_at,
        _place,
        gone,
        whole,
        agent,
    ) in db.session.execute(query):
        part = parts[code]
        part.overdue, part.soon = gone, whole - gone
        part.at_risk.append(AtRisk(id_, reference, subject, due_at, agent))


def _add_agents(parts: dict[str, Part]) -> None:
    """Everybody who serves customers, in each of her markets; those without serve all."""
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
        .order_by(Staff.name)
    )
    for staff, state, since, count in db.session.execute(query):
        agent = staff.as_actor()
        if not agent.may("tickets.accept"):
            continue
        row = AgentRow(staff.id, staff.name, Availability(state), since, count)
        for code, part in parts.items():
            if agent.sees_market(code):
                part.agents.append(row)
