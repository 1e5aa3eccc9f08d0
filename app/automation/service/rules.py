"""Rules are written, put in order, switched and taken back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.automation import access, checking, known, seeing, watching
from app.automation.definition import RuleContent, content_of
from app.automation.errors import ChangedMeanwhile, Wrong
from app.automation.models import Edition, Rule
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Forbidden, NotFound
from app.core.ids import new_id
from app.core.turns import take_turn


def add(content: RuleContent, *, by: Actor, is_on: bool = True) -> Rule:
    """After all others. Raises Wrong with every problem, Forbidden for somebody else's market."""
    _check(content, by)
    with db.transaction():
        take_turn("automation.order")
        last = db.session.scalar(select(func.max(Rule.position))) or 0
        rule = Rule(id=new_id(), position=last + 1, is_on=is_on, version=0)
        _write(rule, content, by)
        db.session.add(rule)
        db.session.flush()
        audit.record(by, "rule.added", "rule", rule.id, name=rule.name, enabled=is_on)
    _changed()
    return rule


def change(rule_id: UUID, content: RuleContent, *, by: Actor, seen: int | None = None) -> Rule:
    """Raises ChangedMeanwhile when `seen` is not its version any more, Wrong, Forbidden."""
    _check(content, by)
    with db.transaction():
        rule = access.rule_for(by, rule_id, lock=True)
        if seen is not None and seen != rule.version:
            raise ChangedMeanwhile
        if content_of(rule.content) != content:
            _write(rule, content, by)
            audit.record(by, "rule.changed", "rule", rule.id, name=rule.name, version=rule.version)
    _changed()
    return rule


def go_back(rule_id: UUID, number: int, *, by: Actor) -> Rule:
    """It says again what it said as that version, as a new version. Raises NotFound, Wrong."""
    rule = access.rule_for(by, rule_id)
    query = select(Edition.content).where(Edition.thing_id == rule.id, Edition.number == number)
    content = db.session.scalar(query)
    if content is None:
        raise NotFound
    return change(rule_id, content_of(content), by=by)


def switch(rule_id: UUID, *, on: bool, by: Actor) -> Rule:
    """One that names what is gone stays off: Wrong. Switching on forgets why it stopped."""
    with db.transaction():
        rule = access.rule_for(by, rule_id, lock=True)
        if on:
            _check(content_of(rule.content), by)
        if rule.is_on != on:
            audit.record(by, "rule.switched", "rule", rule.id, enabled=(rule.is_on, on))
        rule.is_on = on
        if on:
            rule.stopped_why = ""
    _changed()
    return rule


def remove(rule_id: UUID, *, by: Actor) -> None:
    """Its runs stay readable."""
    with db.transaction():
        rule = access.rule_for(by, rule_id, lock=True)
        rule.removed_at, rule.is_on = clock.now(), False
        audit.record(by, "rule.removed", "rule", rule.id, name=rule.name)
    _changed()


def move(rule_id: UUID, *, up: bool, by: Actor) -> None:
    """Before or behind its neighbour among the rules this person may move."""
    with db.transaction():
        take_turn("automation.order")
        rule = access.rule_for(by, rule_id, lock=True)
        query = select(Rule).where(seeing.shown_rules(by)).order_by(Rule.position)
        order = [
            each for each in db.session.scalars(query) if seeing.may_have(by, each.market_code)
        ]
        at = order.index(rule)
        beside = at - 1 if up else at + 1
        if 0 <= beside < len(order):
            other = order[beside]
            rule.position, other.position = other.position, rule.position
            audit.record(by, "rule.moved", "rule", rule.id, position=rule.position)
    _changed()


def place(rule_id: UUID, order: int, *, by: Actor) -> None:
    """So many rules before it: 0 is the first of all. For who may move every rule."""
    with db.transaction():
        take_turn("automation.order")
        rule = access.rule_for(by, rule_id, lock=True)
        query = select(Rule).where(Rule.removed_at.is_(None), Rule.id != rule.id)
        others = list(db.session.scalars(query.order_by(Rule.position, Rule.id)))
        others.insert(min(order, len(others)), rule)
        for position, each in enumerate(others, start=1):
            each.position = position


def editions_of(thing_id: UUID) -> Sequence[Edition]:
    query = select(Edition).where(Edition.thing_id == thing_id)
    return db.session.scalars(query.order_by(Edition.number.desc()).limit(50)).all()


def edition(thing_id: UUID, number: int, content: dict[str, Any], by: Actor) -> None:
    """Kept for whoever wants to go back. Joins the caller's transaction."""
    db.session.add(
        Edition(
            id=new_id(),
            thing_id=thing_id,
            number=number,
            content=content,
            at=clock.now(),
            by_name=by.name,
        )
    )


def _check(content: RuleContent, by: Actor) -> None:
    by.must("automation.manage")
    if not seeing.may_have(by, content.market):
        raise Forbidden(market=content.market)
    problems = checking.problems_of(content, known.look())
    if problems:
        raise Wrong(problems)


def _write(rule: Rule, content: RuleContent, by: Actor) -> None:
    rule.name, rule.market_code = content.name, content.market
    rule.trigger, rule.content = content.trigger, content.plain()
    rule.version += 1
    rule.changed_at, rule.changed_by_name = clock.now(), by.name
    edition(rule.id, rule.version, rule.content, by)


def _changed() -> None:
    db.after_commit(watching.look_again)
