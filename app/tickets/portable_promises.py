"""Calendars, policies and chains of promises, and the hours of teams, as the file of the
configuration has them.

Rules name each other by name there, and teams by theirs; a rule of a market has its code before
its name: `MX: Office hours`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select

from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.i18n import lazy
from app.core.portable import Item, Section
from app.identity import teams
from app.identity.models import Team
from app.tickets import rulebook
from app.tickets.models import Deed, Goal, Occasion, Priority, RuleKind, SlaRule, TeamHours
from app.tickets.service import planning, promising

_SEPARATOR = ": "
_ALWAYS_THERE = frozenset({"owner", "supervisors", ""})


class OwnDay(Item):
    day: date
    hours: tuple[tuple[str, str], ...] = ()


class CalendarItem(Item):
    market: str | None = None
    hours: dict[str, list[list[str]]] = {}
    holidays: bool = False
    own_days: tuple[OwnDay, ...] = ()


class StepItem(Item):
    """`after` in seconds; `whom` is owner, supervisors or a team."""

    occasion: Occasion
    after: int = 0
    deed: Deed
    whom: str = ""


class ChainItem(Item):
    market: str | None = None
    steps: tuple[StepItem, ...]


class PolicyItem(Item):
    """Targets in seconds, by goal and priority."""

    market: str | None = None
    names: dict[str, tuple[str, ...]] = {}
    targets: dict[Goal, dict[Priority, int]]
    stands: tuple[Goal, ...] = ()
    warn_at: int = 75
    calendar: str | None = None
    chain: str | None = None
    regulated: bool = False
    docket: bool = False


class _Rules(Section):
    permission = "sla.manage"
    rule_kind: RuleKind

    def export(self) -> Mapping[str, Item]:
        found: dict[str, Item] = {}
        for key, rule in _in_force(self.rule_kind).items():
            content = self._out(rule.content)
            known = {name: content[name] for name in self.kind.model_fields if name in content}
            found[key] = self.kind.model_validate({"market": rule.market_code, **known})
        return found

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        said = item.model_dump(mode="json")
        market = said.pop("market")
        known = _in_force(self.rule_kind).get(key)
        name = key.removeprefix(f"{market}{_SEPARATOR}") if market else key
        promising.decide(
            self.rule_kind,
            name,
            self._in(said),
            by=by,
            market_code=market,
            key=known.key if known else None,
        )

    def _out(self, content: Mapping[str, Any]) -> dict[str, Any]:
        return dict(content)

    def _in(self, said: dict[str, Any]) -> dict[str, Any]:
        return said


class Calendars(_Rules):
    name = "sla_calendars"
    words = lazy("Calendars of promises")
    kind = CalendarItem
    rule_kind = RuleKind.CALENDAR


class Chains(_Rules):
    name = "sla_chains"
    words = lazy("Chains of escalation")
    kind = ChainItem
    rule_kind = RuleKind.CHAIN

    def _out(self, content: Mapping[str, Any]) -> dict[str, Any]:
        names = {str(each.id): each.name for each in db.session.scalars(select(Team))}
        steps = [
            {**each, "whom": names.get(each.get("whom", ""), each.get("whom", ""))}
            for each in content["steps"]
        ]
        return {"steps": steps}

    def _in(self, said: dict[str, Any]) -> dict[str, Any]:
        ids = {each.name: str(each.id) for each in db.session.scalars(select(Team))}
        return {"steps": [{**each, "whom": _whom(each["whom"], ids)} for each in said["steps"]]}


class Policies(_Rules):
    name = "sla_policies"
    words = lazy("Promises to customers")
    kind = PolicyItem
    rule_kind = RuleKind.POLICY

    def _out(self, content: Mapping[str, Any]) -> dict[str, Any]:
        named = {name: _name_of(kind, content.get(name)) for name, kind in _NAMED.items()}
        return {**content, **named}

    def _in(self, said: dict[str, Any]) -> dict[str, Any]:
        return {**said, **{name: _key_of(kind, said[name]) for name, kind in _NAMED.items()}}


class HoursItem(Item):
    calendar: str


class Hours(Section):
    """Of teams that do not work day and night, the calendar that they work by."""

    name = "team_hours"
    words = lazy("Hours of teams")
    kind = HoursItem
    permission = "routing.manage"

    def export(self) -> Mapping[str, Item]:
        names = {rule.key: name for name, rule in _in_force(RuleKind.CALENDAR).items()}
        query = select(Team.name, TeamHours.calendar).join(Team, Team.id == TeamHours.team_id)
        return {
            team: HoursItem(calendar=names[key])
            for team, key in db.session.execute(query)
            if key in names
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        calendar = _key_of(RuleKind.CALENDAR, cast("HoursItem", item).calendar)
        team_id = teams.id_of_named(key)
        if team_id is not None and calendar is not None:
            planning.set_hours(team_id, UUID(calendar), by=by)


SECTIONS: Sequence[type[Section]] = (Calendars, Chains, Policies, Hours)
_NAMED = {"calendar": RuleKind.CALENDAR, "chain": RuleKind.CHAIN}


def _in_force(kind: RuleKind) -> dict[str, SlaRule]:
    """By the names of the file; of two of one name the first that was made."""
    found: dict[str, SlaRule] = {}
    every = db.session.scalars(rulebook.in_force(clock.now())).all()
    for rule in sorted(every, key=lambda each: str(each.key)):
        if rule.kind is kind:
            name = f"{rule.market_code}{_SEPARATOR}" if rule.market_code else ""
            found.setdefault(f"{name}{rule.name}", rule)
    return found


def _name_of(kind: RuleKind, key: Any) -> str | None:
    if not key:
        return None
    return next((n for n, rule in _in_force(kind).items() if rule.key == UUID(str(key))), None)


def _key_of(kind: RuleKind, name: str | None) -> str | None:
    if name is None:
        return None
    rule = _in_force(kind).get(name)
    if rule is None:
        raise NotFound(name=name)
    return str(rule.key)


def _whom(name: str, ids: Mapping[str, str]) -> str:
    if name in _ALWAYS_THERE:
        return name
    if name not in ids:
        raise NotFound(team=name)
    return ids[name]
