"""How markets distribute what waits, and what each agent takes on: decided by supervisors."""

from collections.abc import Collection, Mapping
from uuid import UUID

from app.audit import service as audit
from app.catalog.models import Service
from app.core import db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.turns import take_turn
from app.identity.models import Staff, Team
from app.markets import queries as markets
from app.tickets import routing, rulebook
from app.tickets.events import RoutingChanged
from app.tickets.models import AgentSkills, Distribution, RoutingPlan, TeamHours, Topic

CAPACITY = range(1, 101)
# How much of a capacity a ticket may take; with 0 it takes none.
COST = range(101)
# What a plan says beside how it distributes, each in seconds but for the days.
BOUNDS: Mapping[str, range] = {
    "accept_within": range(5, 601),
    "relax_after": range(86_401),
    "overflow_after": range(86_401),
    "age_after": range(86_401),
    "sticky_days": range(91),
    "hand_back_after": range(86_401),
    "wrap_up": range(3_601),
    "absent_after": range(3_601),
}
# What holds of these where nobody has planned.
USUAL: Mapping[str, int] = {
    "accept_within": int(routing.ACCEPT_WITHIN.total_seconds()),
    "relax_after": int(routing.RELAX_AFTER.total_seconds()),
    "overflow_after": 300,
    "age_after": 900,
    "sticky_days": 7,
    "hand_back_after": 120,
    "wrap_up": 0,
    "absent_after": 900,
}


def plan_routing(
    market_code: str,
    *,
    by: Actor,
    distribution: Distribution,
    costs: Mapping[str, int] | None = None,
    **told: int,
) -> RoutingPlan:
    """How a market's tickets find their people, from now on. `told` are those of BOUNDS that
    change, `costs` all that a ticket takes by its channel; None leaves them. Raises Invalid naming
    one that is out of its bounds."""
    by.must("routing.manage")
    if not by.sees_market(market_code):
        raise NotFound
    wrong = [name for name, value in told.items() if value not in BOUNDS[name]]
    wrong += [
        f"cost_{kind}"
        for kind, cost in (costs or {}).items()
        if kind not in routing.USUAL_COSTS or cost not in COST
    ]
    if wrong:
        raise Invalid(field=wrong[0])
    with db.transaction():
        take_turn("routing plans")  # two who plan it first meet here
        market = markets.market(market_code)
        plan = db.session.get(RoutingPlan, market.code, with_for_update=True)
        if plan is None:
            plan = usual_plan(market.code)
            db.session.add(plan)
        new: dict[str, object] = {"distribution": distribution, **told}
        if costs is not None:
            new["costs"] = {k: n for k, n in costs.items() if n != routing.USUAL_COSTS[k]}
        changes = {name: (getattr(plan, name), value) for name, value in new.items()}
        audit.record(by, "routing.planned", "market", market.code, **changes)
        for name, value in new.items():
            setattr(plan, name, value)
        events.announce(RoutingChanged(market.code))
    return plan


def set_skills(
    staff_id: UUID,
    *,
    by: Actor,
    topics: Collection[Topic],
    capacity: int,
    vip: bool = False,
    services: Collection[Service] = (),
) -> AgentSkills:
    """What somebody takes on; no topics, and no services, are all of them."""
    by.must("routing.manage")
    if capacity not in CAPACITY:
        raise Invalid(field="capacity")
    with db.transaction():
        take_turn("agents' skills")
        staff = db.session.get(Staff, staff_id)
        if staff is None or not meet(by, staff):
            raise NotFound
        skills = db.session.get(AgentSkills, staff_id, with_for_update=True)
        if skills is None:
            skills = AgentSkills(
                staff_id=staff_id,
                topics=[],
                services=[],
                capacity=routing.USUAL_CAPACITY,
                vip=False,
            )
            db.session.add(skills)
        chosen = sorted(each.value for each in set(topics))
        served = sorted(each.value for each in set(services))
        audit.record(
            by,
            "agent.skills",
            "staff",
            staff_id,
            topics=(skills.topics, chosen),
            services=(skills.services, served),
            capacity=(skills.capacity, capacity),
            vip=(skills.vip, vip),
        )
        skills.topics, skills.services = chosen, served
        skills.capacity, skills.vip = capacity, vip
        events.announce(RoutingChanged(None))
    return skills


def set_hours(team_id: UUID, calendar: UUID | None, *, by: Actor) -> None:
    """When a team works: by one of the calendars of promises, None is day and night."""
    by.must("routing.manage")
    known = rulebook.rulebook().calendars
    if calendar is not None and calendar not in known:
        raise Invalid(field="calendar")
    with db.transaction():
        take_turn("teams' hours")
        team = db.session.get(Team, team_id)
        if team is None:
            raise NotFound
        chosen = db.session.get(TeamHours, team_id)
        before = chosen.calendar if chosen else None
        names = [known[key].name if key and key in known else None for key in (before, calendar)]
        audit.record(by, "team.hours", "team", team.id, calendar=names)
        if calendar is not None:
            db.session.merge(TeamHours(team_id=team_id, calendar=calendar))
        elif chosen is not None:
            db.session.delete(chosen)
        events.announce(RoutingChanged(None))


def usual_plan(market_code: str) -> RoutingPlan:
    """What holds where nobody has planned; not in the database."""
    return RoutingPlan(
        market_code=market_code,
        distribution=Distribution.PULL,
        costs={},
        **USUAL,
    )


def meet(by: Actor, staff: Staff) -> bool:
    """Whether they share a market; no markets are all of them."""
    return not by.markets or not staff.markets or bool(by.markets & set(staff.markets))
