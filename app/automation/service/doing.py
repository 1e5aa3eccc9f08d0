"""Doing a list of actions, each by itself: what one refuses keeps nothing from the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError

from app.automation import looking
from app.automation.deeds import DEEDS, Doer, On
from app.automation.definition import Action
from app.automation.facts import Facts
from app.automation.models import Outcome
from app.core import db
from app.core.errors import NotFound, Refusal

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Did:
    """What became of an action: done, nothing (it was so), refused with a code, or failed."""

    action: Action
    result: Outcome
    code: str = ""

    def plain(self) -> dict[str, Any]:
        told = {"kind": self.action.kind, "value": self.action.value, "result": self.result.value}
        return {**told, "code": self.code} if self.code else told


def do_all(actions: Sequence[Action], facts: Facts, doer: Doer) -> list[Did]:
    """In the caller's transaction, one after the other; each sees what the one before it did."""
    return list(_one_by_one(actions, facts, doer))


def outcome_of(did: Sequence[Did]) -> Outcome:
    results = {each.result for each in did}
    if Outcome.FAILED in results:
        return Outcome.FAILED
    if Outcome.REFUSED in results:
        return Outcome.PARTLY if Outcome.DONE in results else Outcome.REFUSED
    return Outcome.DONE if Outcome.DONE in results else Outcome.NOTHING


def look_again(facts: Facts) -> Facts:
    """The same ticket or talk as it is now."""
    if facts.ticket_id is not None:
        return looking.at_tickets([facts.ticket_id])[0]
    if facts.conversation_id is not None:
        return looking.at_talk(facts.conversation_id) or facts
    return facts


def _one_by_one(actions: Sequence[Action], facts: Facts, doer: Doer) -> Iterator[Did]:
    for place, action in enumerate(actions):
        yield _one(action, facts, replace(doer, key=f"{doer.key}:{place}"))
        if place + 1 < len(actions):
            facts = look_again(facts)


def _one(action: Action, facts: Facts, doer: Doer) -> Did:
    deed = DEEDS.get(action.kind)
    if deed is None:
        return Did(action, Outcome.REFUSED, NotFound.code)
    on = On(facts.ticket_id, facts.conversation_id, facts)
    try:
        with db.savepoint():
            done = deed.do(action, on, doer)
            db.session.flush()
    except Refusal as refusal:
        return Did(action, Outcome.REFUSED, refusal.code)
    except OperationalError:
        raise  # the database's trouble, not the action's: all is done again
    except Exception as error:
        log.exception("automation_action_failed", action=action.kind)
        return Did(action, Outcome.FAILED, type(error).__name__)
    return Did(action, Outcome.DONE if done else Outcome.NOTHING)
