"""What is decided of tickets, as the file of the configuration has it: types, ways, skills."""

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import select

from app.catalog.models import Service
from app.core import db
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy
from app.core.portable import Item, Section
from app.identity.models import Staff
from app.markets import queries as markets
from app.tickets import routing, setup
from app.tickets.models import (
    AgentSkills,
    Category,
    Distribution,
    FieldKind,
    Level,
    Priority,
    Required,
    RoutingPlan,
    Status,
    TicketType,
    TmfState,
    Topic,
)
from app.tickets.service import configuring, planning

_BELOW = " / "
_SEPARATOR = ": "


class PlanItem(Item):
    """As `planning.BOUNDS` names them, times in seconds; of `costs` those that are not usual."""

    distribution: Distribution
    accept_within: int = planning.USUAL["accept_within"]
    relax_after: int = planning.USUAL["relax_after"]
    overflow_after: int = planning.USUAL["overflow_after"]
    age_after: int = planning.USUAL["age_after"]
    sticky_days: int = planning.USUAL["sticky_days"]
    hand_back_after: int = planning.USUAL["hand_back_after"]
    wrap_up: int = planning.USUAL["wrap_up"]
    absent_after: int = planning.USUAL["absent_after"]
    costs: dict[str, int] = {}
    reopen_days: int = setup.USUAL_DAYS


class RoutingPlans(Section):
    name = "routing"
    words = lazy("Distribution and reopening, by market")
    kind = PlanItem
    permission = "routing.manage"

    def export(self) -> Mapping[str, Item]:
        plans = {each.market_code: each for each in db.session.scalars(select(RoutingPlan))}
        found = {}
        for market in markets.all_markets():
            plan = plans.get(market.code) or planning.usual_plan(market.code)
            found[market.code] = PlanItem(
                distribution=plan.distribution,
                costs=plan.costs,
                reopen_days=setup.reopen_days(market.code),
                **{name: getattr(plan, name) for name in planning.BOUNDS},
            )
        return found

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        wanted = cast("PlanItem", item)
        planning.plan_routing(
            key,
            by=by,
            distribution=wanted.distribution,
            costs=wanted.costs,
            **{name: getattr(wanted, name) for name in planning.BOUNDS},
        )
        if setup.reopen_days(key) != wanted.reopen_days:
            configuring.set_reopening(key, wanted.reopen_days, by=by)


class SkillsItem(Item):
    """No topics, and no services, are all of them."""

    topics: tuple[Topic, ...] = ()
    services: tuple[Service, ...] = ()
    capacity: int = routing.USUAL_CAPACITY
    vip: bool = False


class Skills(Section):
    """By the e-mail address of the agent."""

    name = "skills"
    words = lazy("Topics and capacity of agents")
    kind = SkillsItem
    permission = "routing.manage"

    def export(self) -> Mapping[str, Item]:
        query = select(Staff.email, AgentSkills).join(AgentSkills, AgentSkills.staff_id == Staff.id)
        return {
            email: SkillsItem(
                topics=tuple(Topic(each) for each in skills.topics),
                services=tuple(Service(each) for each in skills.services),
                capacity=skills.capacity,
                vip=skills.vip,
            )
            for email, skills in db.session.execute(query)
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        wanted = cast("SkillsItem", item)
        staff_id = db.session.scalar(select(Staff.id).where(Staff.email == key))
        if staff_id is None:
            raise NotFound
        planning.set_skills(
            staff_id,
            by=by,
            topics=wanted.topics,
            capacity=wanted.capacity,
            vip=wanted.vip,
            services=wanted.services,
        )


class CategoryItem(Item):
    """Without a market it is everybody's."""

    market: str | None = None


class Categories(Section):
    """By the way from the root, `Faults / Fibre`; of a market with its code before it."""

    name = "ticket_categories"
    words = lazy("Categories of tickets")
    kind = CategoryItem
    permission = "tickets.configure"

    def export(self) -> Mapping[str, Item]:
        return {key: CategoryItem(market=each.market_code) for key, each in self._by_key().items()}

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        market = cast("CategoryItem", item).market
        by_key = self._by_key()
        if key in by_key:
            raise Conflict
        way = key.removeprefix(f"{market}{_SEPARATOR}") if market else key
        above, _sep, name = way.rpartition(_BELOW)
        parent = by_key.get(_key(market, above)) if above else None
        if above and parent is None:
            raise NotFound
        configuring.add_category(
            name, by=by, market_code=market, parent_id=parent.id if parent else None
        )

    def _by_key(self) -> dict[str, Category]:
        found: dict[str, Category] = {}
        names: list[str] = []
        for each in setup.tree():
            names[each.depth :] = [each.category.name]
            found[_key(each.category.market_code, _BELOW.join(names))] = each.category
        return found


def _key(market: str | None, way: str) -> str:
    return f"{market}{_SEPARATOR}{way}" if market else way


class StatusItem(Item):
    status: Status
    tmf_state: TmfState


class Statuses(Section):
    """`fault: Waiting for parts`."""

    name = "ticket_statuses"
    words = lazy("Statuses of tickets")
    kind = StatusItem
    permission = "tickets.configure"

    def export(self) -> Mapping[str, Item]:
        return {
            f"{each.type.value}{_SEPARATOR}{each.name}": StatusItem(
                status=each.status, tmf_state=each.tmf_state
            )
            for each in setup.statuses()
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        type_, name = _typed(key)
        wanted = cast("StatusItem", item)
        if key in self.export():
            raise Conflict
        configuring.add_status(type_, name, by=by, status=wanted.status, tmf_state=wanted.tmf_state)


class FieldItem(Item):
    kind: FieldKind
    choices: tuple[str, ...] = ()
    required: Required = Required.NEVER
    position: int = 0


class Fields(Section):
    """`fault: Device`."""

    name = "ticket_fields"
    words = lazy("Fields of tickets")
    kind = FieldItem
    permission = "tickets.configure"

    def export(self) -> Mapping[str, Item]:
        return {
            f"{each.type.value}{_SEPARATOR}{each.name}": FieldItem(
                kind=each.kind,
                choices=tuple(each.choices),
                required=each.required,
                position=each.position,
            )
            for each in setup.all_fields()
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        type_, name = _typed(key)
        wanted = cast("FieldItem", item)
        known = next((each for each in setup.fields_of(type_) if each.name == name), None)
        if known is None:
            known = configuring.add_field(
                type_,
                name,
                by=by,
                kind=wanted.kind,
                choices=wanted.choices,
                required=wanted.required,
            )
        elif known.kind is not wanted.kind:
            raise Conflict
        configuring.change_field(
            known.id,
            by=by,
            name=name,
            choices=wanted.choices,
            required=wanted.required,
            position=wanted.position,
        )


class CellItem(Item):
    priority: Priority


class Matrix(Section):
    """`high, low` is a high impact and a low urgency."""

    name = "ticket_priorities"
    words = lazy("Priority from impact and urgency")
    kind = CellItem
    permission = "tickets.configure"

    def export(self) -> Mapping[str, Item]:
        return {
            f"{impact.value}, {urgency.value}": CellItem(priority=priority)
            for (impact, urgency), priority in setup.matrix().items()
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        impact, _sep, urgency = key.partition(", ")
        try:
            cell = (Level(impact), Level(urgency))
        except ValueError:
            raise Invalid(field="impact") from None
        configuring.set_matrix({cell: cast("CellItem", item).priority}, by=by)


def _typed(key: str) -> tuple[TicketType, str]:
    type_, _sep, name = key.partition(_SEPARATOR)
    try:
        return TicketType(type_), name
    except ValueError:
        raise Invalid(field="type") from None


SECTIONS: Sequence[type[Section]] = (RoutingPlans, Skills, Categories, Statuses, Fields, Matrix)
