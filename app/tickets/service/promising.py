"""Deciding calendars, policies and chains: each change a version that holds from a moment on."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.conversations import activity
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.turns import take_turn
from app.identity.models import Team
from app.markets import queries as markets
from app.tickets import rulebook, sla_rules
from app.tickets.errors import CalendarInUse, RuleChanged, RuleInUse
from app.tickets.events import SlaRulesChanged
from app.tickets.models import Deed, RuleKind, SlaRule, TeamHours, TicketType, Topic
from app.tickets.service.escalating import OWNER, SUPERVISORS

LONGEST_NOTE = 500
_DECIDED = {
    RuleKind.CALENDAR: "sla.calendar_decided",
    RuleKind.POLICY: "sla.policy_decided",
    RuleKind.CHAIN: "sla.chain_decided",
}
_ENDED = {
    RuleKind.CALENDAR: "sla.calendar_ended",
    RuleKind.POLICY: "sla.policy_ended",
    RuleKind.CHAIN: "sla.chain_ended",
}


def decide(
    kind: RuleKind,
    name: str,
    content: Mapping[str, Any],
    *,
    by: Actor,
    market_code: str | None = None,
    key: UUID | None = None,
    effective_from: datetime | None = None,
    seen: int | None = None,
    note: str = "",
) -> SlaRule:
    """A new rule, or with its `key` a version of one, of which `seen` were known. Raises Invalid
    and its kinds naming the field, NotFound, RuleChanged."""
    with db.transaction():
        by.must("sla.manage")
        latest = _latest(key, kind, by) if key else None
        market = latest.market_code if latest else market_code
        _must_be_ones(by, market)
        words = _text(name, "name", sla_rules.LONGEST_NAME)
        if not words:
            raise Invalid(field="name")
        rule = _version(kind, words, content, market, latest, by, effective_from, note)
        if latest and seen is not None and seen != latest.number:
            raise RuleChanged
        _check(rule)
        db.session.add(rule)
        audit.record(
            by,
            _DECIDED[kind],
            "sla_rule",
            rule.key,
            name=words,
            content=(latest.content if latest else None, dict(content)),
            since=rule.effective_from,
        )
        events.announce(SlaRulesChanged(rule.key, kind.value, rule.effective_from))
    return rule


def end(key: UUID, kind: RuleKind, *, by: Actor) -> SlaRule:
    """From now on there is no such rule. Raises RuleInUse for one that a policy names, now or
    later, CalendarInUse for one that a team works by."""
    with db.transaction():
        by.must("sla.manage")
        latest = _latest(key, kind, by)
        _must_be_ones(by, latest.market_code)
        _must_be_free(key)
        rule = _version(kind, latest.name, latest.content, latest.market_code, latest, by, None, "")
        rule.ends = True
        db.session.add(rule)
        audit.record(by, _ENDED[kind], "sla_rule", key, name=latest.name)
        events.announce(SlaRulesChanged(key, kind.value, rule.effective_from))
    return rule


def _version(
    kind: RuleKind,
    name: str,
    content: Mapping[str, Any],
    market_code: str | None,
    latest: SlaRule | None,
    by: Actor,
    effective_from: datetime | None,
    note: str,
) -> SlaRule:
    now = clock.now()
    start = effective_from or now
    if start < now:
        raise Invalid(field="effective_from")
    return SlaRule(
        id=new_id(),
        kind=kind,
        key=latest.key if latest else new_id(),
        number=latest.number + 1 if latest else 1,
        market_code=market_code,
        name=name,
        content=dict(content),
        ends=False,
        effective_from=start,
        note=_text(note, "note", LONGEST_NOTE),
        made_at=now,
        made_by_id=by.id,
        made_by=by.name,
    )


def _latest(key: UUID, kind: RuleKind, by: Actor) -> SlaRule:
    """One change at a time. What has ended is not found."""
    take_turn(f"sla_rule:{key}")
    query = select(SlaRule).where(SlaRule.key == key, SlaRule.kind == kind)
    found = db.session.scalar(query.order_by(SlaRule.number.desc()).limit(1))
    if found is None or found.ends or not _sees(by, found.market_code):
        raise NotFound
    return found


def _check(rule: SlaRule) -> None:
    """Read as it will be read."""
    try:
        if rule.kind is RuleKind.CALENDAR:
            if rule.market_code is None:
                raise Invalid(field="market")
            zone = markets.market(rule.market_code).timezone
            sla_rules.calendar_of(rule.content, zone, rule.market_code)
        elif rule.kind is RuleKind.POLICY:
            _check_policy(rule)
        else:
            _check_chain(rule)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        raise Invalid(field=rule.kind.value) from None


def _must_be_free(key: UUID) -> None:
    now = clock.now()
    ended = select(SlaRule.key).where(SlaRule.ends)
    to_come = select(SlaRule).where(
        SlaRule.kind == RuleKind.POLICY, SlaRule.effective_from > now, SlaRule.key.not_in(ended)
    )
    policies = [
        *rulebook.rulebook(now).policies,
        *map(rulebook.policy_of, db.session.scalars(to_come)),
    ]
    for policy in policies:
        if key in {policy.calendar, policy.chain}:
            raise RuleInUse(policy.name)
    works_by_it = select(Team.name).join(TeamHours, TeamHours.team_id == Team.id)
    team = db.session.scalar(works_by_it.where(TeamHours.calendar == key).limit(1))
    if team is not None:
        raise CalendarInUse(team)


def _check_policy(rule: SlaRule) -> None:
    """What it names is there, and a calendar is of its market."""
    policy = sla_rules.policy_of(rule)
    _check_names(rule.content["names"])
    book = rulebook.rulebook()
    if policy.calendar is not None:
        calendar = book.calendars.get(policy.calendar)
        if calendar is None or rule.market_code not in {None, calendar.market_code}:
            raise Invalid(field="calendar")
    if policy.chain is not None:
        chain = book.chains.get(policy.chain)
        if chain is None or chain.market_code not in {None, rule.market_code}:
            raise Invalid(field="chain")


def _check_names(names: Mapping[str, Any]) -> None:
    """A name that means nothing would make it a policy for everything, or for nothing. Segments are
    the operator's own words."""
    known: Mapping[str, Collection[str] | None] = {
        "kind": set(TicketType),
        "topic": set(Topic),
        "channel": activity.CHANNELS,
        "segment": None,
    }
    for what, values in names.items():
        if what not in known or isinstance(values, str):
            raise Invalid(field="names")
        if (choices := known[what]) is not None and not set(values) <= set(choices):
            raise Invalid(field=what)


def _check_chain(rule: SlaRule) -> None:
    for step in sla_rules.steps_of(rule.content):
        if step.deed is Deed.NOTIFY and step.whom in {OWNER, SUPERVISORS}:
            continue
        needs_team = step.deed in {Deed.NOTIFY, Deed.REQUEUE}
        if needs_team and (not step.whom or db.session.get(Team, UUID(step.whom)) is None):
            raise Invalid(field="whom")


def _must_be_ones(by: Actor, market_code: str | None) -> None:
    """What holds everywhere is for who works everywhere to decide."""
    if not _sees(by, market_code):
        raise NotFound
    if market_code is None and by.markets:
        raise Invalid(field="market")


def _sees(by: Actor, market_code: str | None) -> bool:
    return market_code is None or by.sees_market(market_code)


def _text(given: str, field: str, longest: int) -> str:
    text = given.strip()
    if len(text) > longest or "\0" in text:
        raise Invalid(field=field)
    return text
