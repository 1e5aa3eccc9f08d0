"""Macros: several actions at one click, done by the agent herself and with her rights alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.automation import access, checking, dry, known, looking, seeing
from app.automation.deeds import DEEDS, Change, Doer
from app.automation.definition import Action
from app.automation.errors import NoTicket, Wrong
from app.automation.facts import Facts
from app.automation.models import Macro
from app.automation.service.doing import Did, do_all
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.identity import teams
from app.tickets import access as tickets

_LONGEST_NAME = 80
# What only rules do: an agent has no business with other systems, and no rule tells her.
ONLY_RULES = frozenset({"webhook"})


@dataclass(frozen=True, slots=True)
class Preview:
    macro: Macro
    facts: Facts
    changes: Sequence[Change]


def macros_for(by: Actor) -> Sequence[Macro]:
    """Those she may use, by name."""
    by.must("macros.use")
    query = select(Macro).where(seeing.shown_macros(by)).order_by(Macro.name, Macro.id)
    return db.session.scalars(query).all()


def write(
    name: str,
    actions: Sequence[Action],
    *,
    by: Actor,
    macro_id: UUID | None = None,
    shared: bool = False,
    team_id: UUID | None = None,
) -> Macro:
    """A new one, or another content of one. Sharing needs automation.manage. Raises Wrong."""
    by.must("automation.manage" if shared else "macros.use")
    title = name.strip()
    if not (0 < len(title) <= _LONGEST_NAME and title.isprintable()):
        raise Invalid(field="name")
    _check(actions)
    teams.name_of(team_id)
    with db.transaction():
        macro = _own(by, macro_id) if macro_id else Macro(id=new_id())
        macro.name, macro.actions = title, [each.plain() for each in actions]
        macro.owner_id = None if shared else by.id
        macro.team_id = team_id if shared else None
        macro.changed_at = clock.now()
        db.session.add(macro)
        db.session.flush()
        audit.record(by, "macro.written", "macro", macro.id, name=title, shared=shared)
    return macro


def remove(macro_id: UUID, *, by: Actor) -> None:
    with db.transaction():
        macro = _own(by, macro_id)
        audit.record(by, "macro.removed", "macro", macro.id, name=macro.name)
        db.session.delete(macro)


def preview(macro_id: UUID, ticket_id: UUID, *, by: Actor) -> Preview:
    """What it would change of this ticket."""
    macro = access.macro_for(by, macro_id)
    facts = _facts(by, ticket_id)
    return Preview(macro, facts, dry.changes_of(actions_of(macro), facts))


def use(macro_id: UUID, ticket_id: UUID, *, by: Actor, key: str) -> list[Did]:
    """What became of each action; what she may not do is refused as if she had done it by hand.
    Under one `key` it says things once."""
    with db.transaction():
        macro = access.macro_for(by, macro_id)
        tickets.ticket_for(by, ticket_id, "tickets.read", lock=True)
        facts = _facts(by, ticket_id)
        did = do_all(actions_of(macro), facts, Doer(by, by, f"macro:{key}"))
        results = [each.result for each in did]
        audit.record(by, "macro.used", "ticket", ticket_id, macro=macro.name, results=results)
    return did


def actions_of(macro: Macro) -> list[Action]:
    return [Action.model_validate(each) for each in macro.actions]


def usable() -> dict[str, Any]:
    return {kind: deed for kind, deed in DEEDS.items() if kind not in ONLY_RULES}


def _facts(by: Actor, ticket_id: UUID) -> Facts:
    tickets.ticket_for(by, ticket_id, "tickets.read")
    found = looking.at_tickets([ticket_id])
    if not found:
        raise NoTicket
    return found[0]


def _check(actions: Sequence[Action]) -> None:
    problems = checking.problems_of_actions(actions, known.look())
    if problems:
        raise Wrong(problems)
    if any(each.kind in ONLY_RULES for each in actions):
        raise Forbidden


def _own(by: Actor, macro_id: UUID) -> Macro:
    """Her own, or a shared one of whoever manages automation."""
    macro = access.macro_for(by, macro_id, lock=True)
    if macro.owner_id is None and not by.may("automation.manage"):
        raise NotFound
    return macro
