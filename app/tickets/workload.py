"""Who is there and how much she has, and what waits that she could take.

Read for every decision, so each is one statement that is always the same, and what differs is
bound: the database plans it once where it is told to.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.core import clock, db
from app.identity.permissions import permissions_of
from app.tickets import routing
from app.tickets.models import Distribution, RoutingPlan
from app.tickets.models.ticket import RANK
from app.tickets.routing import Agent, Waiting

# Segments whose customers are better left to those who are for them.
_IMPORTANT = frozenset({"vip", "enterprise"})
_MOST = 500
_USUAL_COSTS = json.dumps(routing.USUAL_COSTS)

Plans = Mapping[str, RoutingPlan]

# What each of `whose` has open, and is offered, in units. What waits for the customer, or sleeps,
# is no load.
_LOAD = """
SELECT counted.staff_id, sum(counted.n * coalesce(
    CAST(plan.costs ->> counted.kind AS integer),
    CAST(CAST(:costs AS jsonb) ->> counted.kind AS integer),
    CAST(CAST(:costs AS jsonb) ->> 'webchat' AS integer)
)) AS units
FROM (
    SELECT work.staff_id, work.market_code, coalesce(channel, 'none') AS kind, count(*) AS n
    FROM (
        SELECT assignee_id AS staff_id, market_code, conversation_id FROM ticket
        WHERE status = 'open' AND snoozed_until IS NULL AND assignee_id IN ({whose})
        UNION ALL
        SELECT staff_id, market_code, conversation_id
        FROM ticket_offer JOIN ticket ON ticket.id = ticket_id
        WHERE answer IS NULL AND staff_id IN ({whose})
    ) AS work LEFT JOIN conversation ON conversation.id = work.conversation_id
    GROUP BY 1, 2, 3
) AS counted LEFT JOIN routing_plan AS plan ON plan.market_code = counted.market_code
GROUP BY 1
"""
_LOADS = text(_LOAD.format(whose="SELECT unnest(CAST(:staff_ids AS uuid[]))"))

# The loads are counted once, however few the planner takes them for.
_WITH_ROOM = text(f"""
WITH load AS MATERIALIZED (
    {_LOAD.format(whose="SELECT staff_id FROM agent_state WHERE availability = 'available'")}
)
SELECT staff.id, staff.markets, staff.speaks, staff.roles, staff.custom_permissions, staff.team_id,
    coalesce(skills.topics, '[]') AS topics, coalesce(skills.services, '[]') AS services,
    coalesce(skills.vip, false) AS vip,
    coalesce(skills.capacity, :usual) AS capacity,
    CAST(coalesce(load.units, 0) AS integer) AS load,
    (SELECT max(offered_at) FROM ticket_offer WHERE staff_id = staff.id) AS asked_at
FROM agent_state JOIN staff ON staff.id = agent_state.staff_id
LEFT JOIN agent_skills AS skills ON skills.staff_id = staff.id
LEFT JOIN load ON load.staff_id = staff.id
WHERE availability = 'available' AND disabled_at IS NULL
    AND coalesce(load.units, 0) < coalesce(skills.capacity, :usual)
""")  # noqa: S608 - parts of ours, values are bound

# Whose queue a ticket is in, as `queries.queue_team` says.
_TEAM = """coalesce(ticket.team_id, (
    SELECT inbox.team_id FROM conversation JOIN inbox ON inbox.id = conversation.inbox_id
    WHERE conversation.id = ticket.conversation_id
))"""
# The first of each market and language come straight from their index in its order. Whether they
# fit is as `Agent.fits` says, so that what nobody can take does not fill the window.
_FIRST = f"""
SELECT first.id FROM (SELECT DISTINCT market_code, language FROM kind) AS line
CROSS JOIN LATERAL (
    SELECT id, {RANK} AS rank, created_at FROM ticket
    WHERE status = 'new' AND snoozed_until IS NULL
        AND ticket.market_code = line.market_code AND ticket.language = line.language
        AND NOT EXISTS (
            SELECT FROM ticket_offer WHERE ticket_id = ticket.id AND answer IS NULL OFFSET 0
        )
        AND EXISTS (
            SELECT FROM kind
            WHERE kind.market_code = line.market_code AND kind.language = line.language
                AND (created_at <= relaxed OR (
                    (kind.topics = '[]' OR kind.topics ? ticket.topic)
                    AND (kind.services = '[]' OR ticket.service IS NULL
                        OR kind.services ? ticket.service)
                ))
                AND (kind.team_id IS NULL OR created_at <= overflown
                    OR coalesce({_TEAM} = kind.team_id, true)
                    OR overflown IS NOT NULL AND {_TEAM} = ANY(:closed))
            OFFSET 0
        )
    ORDER BY {{order}} LIMIT :most
) AS first ORDER BY {{order_of_all}} LIMIT :most
"""  # noqa: S608 - parts of ours, values are bound
_PRESSING = _FIRST.format(order=f"{RANK}, created_at", order_of_all="rank, created_at")
_OLDEST = _FIRST.format(order="created_at", order_of_all="created_at")
_WAITING = text(f"""
WITH kind AS MATERIALIZED (
    SELECT plan.market_code, told.language, told.topics, told.services, told.team_id,
        :now - make_interval(secs => relax_after) AS relaxed,
        :now - make_interval(secs => nullif(overflow_after, 0)) AS overflown
    FROM unnest(
        CAST(:markets AS text[]), CAST(:languages AS text[]), CAST(:topics AS jsonb[]),
        CAST(:services AS jsonb[]), CAST(:teams AS uuid[])
    ) AS told (market_code, language, topics, services, team_id)
    JOIN routing_plan AS plan ON plan.market_code = told.market_code
)
SELECT ticket.id, ticket.market_code, ticket.language, ticket.topic, ticket.service,
    ticket.created_at, {RANK} AS rank, conversation.channel, customer.segment,
    coalesce(ticket.team_id, inbox.team_id) AS team_id,
    (
        SELECT earlier.assignee_id FROM ticket AS earlier
        WHERE earlier.customer_id = ticket.customer_id AND earlier.assignee_id IS NOT NULL
            AND earlier.created_at > :now - make_interval(days => plan.sticky_days)
        ORDER BY earlier.created_at DESC LIMIT 1
    ) AS known_to,
    ARRAY(
        SELECT staff_id FROM ticket_offer
        WHERE ticket_id = ticket.id AND offered_at > :again_from
            AND answer IN ('declined', 'missed')
    ) AS let_go
FROM ticket
JOIN routing_plan AS plan ON plan.market_code = ticket.market_code
LEFT JOIN conversation ON conversation.id = ticket.conversation_id
LEFT JOIN inbox ON inbox.id = conversation.inbox_id
LEFT JOIN customer ON customer.id = ticket.customer_id
WHERE ticket.id = ANY(ARRAY(({_PRESSING}) UNION ({_OLDEST})))
""")  # noqa: S608 - parts of ours, values are bound


def routes(market_code: str | None) -> bool:
    """Whether waiting tickets are offered in a market, or (None) in any."""
    query = select(RoutingPlan.market_code).where(RoutingPlan.distribution == Distribution.OFFER)
    if market_code is not None:
        query = query.where(RoutingPlan.market_code == market_code)
    return db.session.scalar(query.limit(1)) is not None


def with_room(closed: Collection[UUID] = ()) -> list[Agent]:
    """Everybody who would take a ticket now, with what she has and is offered; nobody of a `closed`
    team. One statement."""
    given = {"costs": _USUAL_COSTS, "usual": routing.USUAL_CAPACITY}
    return [
        Agent(
            each.id,
            frozenset(each.markets),
            frozenset(each.speaks),
            frozenset(each.topics),
            each.capacity,
            each.load,
            each.asked_at,
            each.team_id,
            each.vip,
            frozenset(each.services),
        )
        for each in db.session.execute(_WITH_ROOM, given)
        if "tickets.accept" in permissions_of(each.roles, each.custom_permissions)
        and each.team_id not in closed
    ]


def waiting_for(
    free: Sequence[Agent], plans: Plans, closed: Collection[UUID] = ()
) -> list[Waiting]:
    """What somebody of these could take: the most pressing, and those that wait longest, which may
    have become more so. At most what they have room for, and some more for what one of them has
    let go. One statement."""
    if not free:
        return []
    now = clock.now()
    given = {
        **_kinds(free, plans),
        "closed": list(closed),
        "most": min(_MOST, 2 * sum(each.room for each in free) + 20),
        "now": now,
        "again_from": now - routing.ASKED_AGAIN_AFTER,
    }
    return [
        Waiting(
            found.id,
            found.market_code,
            found.language,
            found.topic,
            routing.cost_of(found.channel, plans[found.market_code].costs),
            found.created_at,
            found.known_to,
            found.team_id,
            found.rank,
            found.segment in _IMPORTANT,
            frozenset(found.let_go),
            found.service,
        )
        for found in db.session.execute(_WAITING, given)
    ]


def loads(staff_ids: Sequence[UUID]) -> Counter[UUID]:
    """What each has open, and is offered."""
    given = {"staff_ids": list(staff_ids), "costs": _USUAL_COSTS}
    return Counter({each.staff_id: int(each.units) for each in db.session.execute(_LOADS, given)})


def _kinds(free: Sequence[Agent], plans: Plans) -> dict[str, list[Any]]:
    """Those who take the same once, by market and language."""
    kinds = {
        (
            market,
            language,
            json.dumps(sorted(each.topics)),
            json.dumps(sorted(each.services)),
            each.team,
        )
        for each in free
        for market in (each.markets or plans)
        if market in plans
        for language in each.speaks
    }
    names = ("markets", "languages", "topics", "services", "teams")
    return {name: list(told) for name, told in zip(names, zip(*kinds, strict=True), strict=False)}
