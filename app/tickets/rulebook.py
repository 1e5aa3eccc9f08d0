"""The rules of promises that are in force, read once for what is decided now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core import clock, db
from app.markets import queries as markets
from app.markets.working_time import ALWAYS, Calendar
from app.tickets import sla_rules
from app.tickets.models import RuleKind, SlaRule
from app.tickets.sla import USUAL, Policy
from app.tickets.sla_rules import Step

Read = TypeVar("Read")

# A version never changes, so what it says is read once.
_MOST_READ = 2000
_read: dict[UUID, Any] = {}


@dataclass(frozen=True, slots=True)
class Rulebook:
    """`calendars` and `chains` by their keys, each the version that is in force."""

    policies: tuple[Policy, ...]
    calendars: Mapping[UUID, SlaRule]
    chains: Mapping[UUID, SlaRule]

    def calendar_id(self, policy: Policy) -> UUID | None:
        """The version by which a policy's clocks run; None is day and night."""
        found = self.calendars.get(policy.calendar) if policy.calendar else None
        return found.id if found else None

    def steps(self, policy: Policy) -> tuple[Step, ...]:
        found = self.chains.get(policy.chain) if policy.chain else None
        return steps_of(found) if found else ()


def rulebook(moment: datetime | None = None) -> Rulebook:
    """One statement."""
    found = list(db.session.scalars(in_force(moment or clock.now())))
    kinds: dict[RuleKind, dict[UUID, SlaRule]] = {kind: {} for kind in RuleKind}
    for rule in found:
        kinds[rule.kind][rule.key] = rule
    policies = tuple(policy_of(rule) for rule in kinds[RuleKind.POLICY].values())
    return Rulebook(policies, kinds[RuleKind.CALENDAR], kinds[RuleKind.CHAIN])


def in_force(moment: datetime) -> Select[Any]:
    """Of each rule the version that holds at a moment, but for those that have ended: they do not
    come back, whatever was to hold later."""
    ended = select(SlaRule.key).where(SlaRule.ends, SlaRule.effective_from <= moment)
    latest = (
        select(SlaRule.id)
        .where(SlaRule.effective_from <= moment)
        .ext(distinct_on(SlaRule.kind, SlaRule.key))
        .order_by(SlaRule.kind, SlaRule.key, SlaRule.effective_from.desc(), SlaRule.number.desc())
    )
    return select(SlaRule).where(SlaRule.id.in_(latest), SlaRule.key.not_in(ended))


def calendar_by(rule_id: UUID | None) -> Calendar:
    """As it was in a version; day and night without one."""
    if rule_id is None:
        return ALWAYS
    return calendar_of(db.session.get_one(SlaRule, rule_id))


def policy_by(rule_id: UUID | None) -> Policy:
    return USUAL if rule_id is None else policy_of(db.session.get_one(SlaRule, rule_id))


def calendar_of(rule: SlaRule) -> Calendar:
    code = rule.market_code or ""
    return _once(
        rule,
        lambda: sla_rules.calendar_of(rule.content, markets.market(code).timezone, code),
    )


def policy_of(rule: SlaRule) -> Policy:
    return _once(rule, lambda: sla_rules.policy_of(rule))


def steps_of(rule: SlaRule) -> tuple[Step, ...]:
    return _once(rule, lambda: sla_rules.steps_of(rule.content))


def _once(rule: SlaRule, read: Callable[[], Read]) -> Read:
    if rule.id not in _read:
        if len(_read) >= _MOST_READ:
            _read.clear()
        _read[rule.id] = read()
    return cast("Read", _read[rule.id])
