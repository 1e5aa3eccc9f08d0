"""Something happened: every rule that waits for it is asked, in order, and does what it says.

One transaction from the outbox row: what happened is worked off once, or not at all. A rule's
effect has a unique key beside that. What a rule's actions set off knows the chain of rules that
led to it: no rule is in it twice, and it does not get longer than `DEEPEST`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from app.audit import service as audit
from app.automation import looking, watching
from app.automation.deeds import Doer
from app.automation.definition import RuleContent, content_of
from app.automation.events import Happened
from app.automation.facts import Facts
from app.automation.models import Outcome, Rule, Run
from app.automation.service.doing import Did, do_all, look_again, outcome_of
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor, Kind
from app.core.errors import NotFound
from app.core.ids import new_id
from app.tickets import access as tickets
from app.tickets import queries

log = structlog.get_logger(__name__)

DEEPEST = 5
# So often a rule may change one ticket within an hour.
MOST_AN_HOUR = 10
_AN_HOUR = timedelta(hours=1)

_chain: ContextVar[tuple[UUID, ...]] = ContextVar("automation_chain", default=())


def notice(
    trigger: str, key: object, *, ticket_id: UUID | None, conversation_id: UUID | None
) -> None:
    """In the transaction of what happened: kept for the rules, if any waits for it."""
    if watching.is_watched(trigger):
        events.announce(
            Happened(trigger, f"{trigger}:{key}", ticket_id, conversation_id, _chain.get())
        )


def consider(happened: Happened) -> list[Run]:
    """Every rule that fits. Joins the caller's transaction."""
    with db.transaction():
        facts = _facts(happened)
        if facts is None:
            return []
        runs: list[Run] = []
        is_held = False
        for rule in _rules(happened, facts.market_code):
            if rule.id in happened.chain or not _fits(rule, facts):
                continue
            if not is_held:
                facts, is_held = _held(facts), True
            run = _by_itself(rule, happened, facts)
            if run is not None:
                runs.append(run)
                facts = look_again(facts)
    return runs


def _fits(rule: Rule, facts: Facts) -> bool:
    """A rule that cannot be read fits, so that its run says so."""
    try:
        return content_of(rule.content).when.matched_by(facts) is not None
    except ValueError:
        return True


def _by_itself(rule: Rule, happened: Happened, facts: Facts) -> Run | None:
    """Whatever goes wrong with a rule is its own: the others go on."""
    try:
        with db.savepoint():
            return _asked(rule, content_of(rule.content), happened, facts)
    except OperationalError:
        raise  # the database's trouble, not the rule's: all is done again
    except Exception as error:
        log.exception("rule_failed", rule_id=str(rule.id))
        run = _begin(rule, happened, facts, [])
        if run is not None:
            run.outcome = Outcome.FAILED
            run.did = [{"result": "failed", "code": type(error).__name__}]
        return run


def rule_actor(rule: Rule) -> Actor:
    """Who stands in the trail for what a rule does."""
    return Actor(Kind.SYSTEM, rule.id, rule.name)


def _facts(happened: Happened) -> Facts | None:
    """Of the ticket; of a talk's open ticket; of the talk, where it has none."""
    ticket_id = happened.ticket_id
    if ticket_id is None and happened.conversation_id is not None:
        ticket = queries.open_ticket_of(happened.conversation_id)
        ticket_id = ticket.id if ticket else None
    if ticket_id is not None:
        return next(iter(looking.at_tickets([ticket_id])), None)
    return looking.at_talk(happened.conversation_id) if happened.conversation_id else None


def _held(facts: Facts) -> Facts:
    """Nobody else changes the ticket until we are done; read again, as it is now."""
    if facts.ticket_id is None:
        return facts
    tickets.ticket_for(SYSTEM, facts.ticket_id, "tickets.read", lock=True)
    return look_again(facts)


def _rules(happened: Happened, market_code: str) -> Sequence[Rule]:
    query = select(Rule).where(
        Rule.trigger == happened.trigger,
        Rule.is_on,
        Rule.removed_at.is_(None),
        or_(Rule.market_code.is_(None), Rule.market_code == market_code),
    )
    if happened.only_rule is not None:
        query = query.where(Rule.id == happened.only_rule)
    return db.session.scalars(query.order_by(Rule.position, Rule.id)).all()


def _asked(rule: Rule, content: RuleContent, happened: Happened, facts: Facts) -> Run | None:
    """None when its conditions do not hold, or it has done this already."""
    why = content.when.matched_by(facts)
    if why is None:
        return None
    run = _begin(rule, happened, facts, why)
    if run is None:
        return None
    stopped = _why_not(rule, happened, facts)
    if stopped:
        run.outcome, run.did = Outcome.STOPPED, [{"result": "stopped", "code": stopped}]
        return run
    did = _do(rule, content, facts, run.id, (*happened.chain, rule.id))
    run.outcome, run.did = outcome_of(did), [each.plain() for each in did]
    return run


def _begin(rule: Rule, happened: Happened, facts: Facts, why: list[dict[str, Any]]) -> Run | None:
    """The row whose unique key makes one effect of one event."""
    row = {
        "id": new_id(),
        "rule_id": rule.id,
        "rule_version": rule.version,
        "effect_key": f"{rule.id}:{happened.key}",
        "trigger": happened.trigger,
        "market_code": facts.market_code,
        "ticket_id": facts.ticket_id,
        "conversation_id": facts.conversation_id,
        "at": clock.now(),
        "depth": len(happened.chain),
        "outcome": Outcome.NOTHING,
        "why": why,
        "did": [],
    }
    statement = insert(Run).values(**row).on_conflict_do_nothing().returning(Run)
    return db.session.scalar(statement)


def _why_not(rule: Rule, happened: Happened, facts: Facts) -> str:
    if len(happened.chain) >= DEEPEST:
        return "chain_too_deep"
    if _changes_lately(rule, facts) >= MOST_AN_HOUR:
        _stop(rule, facts)
        return "too_often"
    return ""


def _changes_lately(rule: Rule, facts: Facts) -> int:
    of_this = (
        Run.ticket_id == facts.ticket_id
        if facts.ticket_id is not None
        else Run.conversation_id == facts.conversation_id
    )
    query = select(func.count()).where(
        of_this,
        Run.rule_id == rule.id,
        Run.at > clock.now() - _AN_HOUR,
        Run.outcome.in_([Outcome.DONE, Outcome.PARTLY]),
    )
    return db.session.scalar(query) or 0


def _stop(rule: Rule, facts: Facts) -> None:
    """It runs in circles: off, until somebody has looked at it."""
    rule.is_on = False
    rule.stopped_why = facts.reference or str(facts.conversation_id)
    audit.record(SYSTEM, "rule.stopped", "rule", rule.id, name=rule.name, ticket=facts.reference)
    db.after_commit(watching.look_again)


def _do(
    rule: Rule, content: RuleContent, facts: Facts, run_id: UUID, chain: tuple[UUID, ...]
) -> list[Did]:
    public = Actor(Kind.SYSTEM, rule.id, SYSTEM.name)
    doer = Doer(rule_actor(rule), public, f"rule:{run_id}")
    with led_to(chain):
        did = do_all(content.actions, facts, doer)
    done = [each.action.kind for each in did if each.result is Outcome.DONE]
    if done:
        kind, thing = ("ticket", facts.ticket_id) if facts.ticket_id else _talk(facts)
        audit.record(doer.by, "rule.ran", kind, thing, version=rule.version, actions=done)
    return did


def _talk(facts: Facts) -> tuple[str, UUID]:
    if facts.conversation_id is None:
        raise NotFound
    return "conversation", facts.conversation_id


@contextmanager
def led_to(chain: tuple[UUID, ...]) -> Iterator[None]:
    token = _chain.set(chain)
    try:
        yield
    finally:
        _chain.reset(token)
