"""Which waiting ticket is offered to whom. Pure.

A ticket fits an agent who sees its market, speaks its language and is in its team. Who knows its
topic, and the service that it is about, is asked first; after a while everybody who fits, and then
other teams too. Nobody gets more than her capacity holds, and nobody the same ticket again soon
after she let it go. What waits long counts as more pressing, step by step, so that nothing starves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

# Units of an agent's capacity: a call takes all of the usual one, three chats fill it.
USUAL_CAPACITY = 12
NO_TALK = "none"
USUAL_COSTS: Mapping[str, int] = {
    "voice": 12,
    "webchat": 4,
    "whatsapp": 3,
    "messenger": 3,
    "instagram": 3,
    "telegram": 3,
    "ussd": 3,
    "sms": 2,
    "email": 2,
    NO_TALK: 1,
}
ACCEPT_WITHIN = timedelta(seconds=30)
RELAX_AFTER = timedelta(minutes=2)
ASKED_AGAIN_AFTER = timedelta(minutes=5)
# Talks that go on while somebody is there, and do not wait until tomorrow.
LIVE = frozenset({"webchat", "voice"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket nobody is asked about. `team` is whose queue it is in, None is everybody's;
    `known_to` solved the customer's last ones. `rank` is its priority, 0 the most pressing; a
    `vip` is somebody's who is better left to those who know such customers. Those who `let_go` had
    their chance with it. No `service` is one that we do not know."""

    ticket_id: UUID
    market_code: str
    language: str
    topic: str
    cost: int
    since: datetime
    known_to: UUID | None = None
    team: UUID | None = None
    rank: int = 2
    vip: bool = False
    let_go: Collection[UUID] = frozenset()
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a market's tickets keep to their topic and service, and to their team, None for
    ever; and for how long waiting counts as one step of priority, None for never."""

    topic: timedelta = RELAX_AFTER
    team: timedelta | None = None
    step: timedelta | None = None


_USUAL_PATIENCE = Patience()


@dataclass(slots=True)
class Agent:
    """Somebody who is available. No markets, topics, services and team are all of them; `load` is
    what she has and is offered, `asked_at` when she was offered something last."""

    staff_id: UUID
    markets: Collection[str]
    speaks: Collection[str]
    topics: Collection[str]
    capacity: int
    load: int
    asked_at: datetime | None = None
    team: UUID | None = None
    vip: bool = False
    services: Collection[str] = frozenset()

    @property
    def room(self) -> int:
        return self.capacity - self.load

    def fits(self, ticket: Waiting, *, by_topic: bool, by_team: bool) -> bool:
        return (
            (not self.markets or ticket.market_code in self.markets)
            and ticket.language in self.speaks
            and (not by_team or None in {self.team, ticket.team} or ticket.team == self.team)
            and (not by_topic or self.knows(ticket))
        )

    def knows(self, ticket: Waiting) -> bool:
        """Its topic, and the service that it is about."""
        knows_topic = not self.topics or ticket.topic in self.topics
        return knows_topic and (
            not self.services or ticket.service is None or ticket.service in self.services
        )


@dataclass(frozen=True, slots=True)
class Match:
    ticket_id: UUID
    market_code: str
    staff_id: UUID


def cost_of(channel: str | None, own: Mapping[str, int]) -> int:
    """How much of a capacity a ticket takes; `own` are a market's differing costs."""
    kind = channel or NO_TALK
    return own.get(kind, USUAL_COSTS.get(kind, USUAL_COSTS["webchat"]))


def match(
    waiting: Sequence[Waiting],
    agents: Sequence[Agent],
    now: datetime,
    patience: Mapping[str, Patience],
    closed: Collection[UUID] = frozenset(),
) -> list[Match]:
    """Each ticket to at most one agent, the most pressing first. A ticket nobody can take now does
    not hold up those behind it. A `closed` team gets nothing, and what waits for it goes to others
    at once, where it would after a while."""
    free = [each for each in agents if each.room > 0 and each.team not in closed]
    found = []
    for ticket in in_order(waiting, now, patience):
        waited, its = now - ticket.since, patience.get(ticket.market_code, _USUAL_PATIENCE)
        by_topic = waited < its.topic
        by_team = its.team is None or (waited < its.team and ticket.team not in closed)
        able = [
            each
            for each in free
            if each.room >= ticket.cost
            and each.staff_id not in ticket.let_go
            and each.fits(ticket, by_topic=by_topic, by_team=by_team)
        ]
        if not able:
            continue
        chosen = min(able, key=lambda agent: _order(agent, ticket))
        chosen.load += ticket.cost
        chosen.asked_at = now
        found.append(Match(ticket.ticket_id, ticket.market_code, chosen.staff_id))
    return found


def in_order(
    waiting: Sequence[Waiting], now: datetime, patience: Mapping[str, Patience]
) -> list[Waiting]:
    """The most pressing first, then the oldest; each step of waiting counts as one of priority."""

    def key(ticket: Waiting) -> tuple[int, datetime]:
        step = patience.get(ticket.market_code, _USUAL_PATIENCE).step
        return ticket.rank - ((now - ticket.since) // step if step else 0), ticket.since

    return sorted(waiting, key=key)


def _order(agent: Agent, ticket: Waiting) -> tuple[bool, bool, bool, float, float, str]:
    """Who knows the customer, then who is for such customers (and is kept for them), then who knows
    the matter, has most room, and waits longest."""
    asked = agent.asked_at.timestamp() if agent.asked_at else 0.0
    return (
        agent.staff_id != ticket.known_to,
        agent.vip != ticket.vip,
        not agent.knows(ticket),
        agent.load / agent.capacity,
        asked,
        str(agent.staff_id),
    )
