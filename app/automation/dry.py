"""What a rule would find and change among the last tickets, without doing anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.automation import looking
from app.automation.deeds import DEEDS, Change
from app.automation.definition import Action, RuleContent
from app.automation.facts import Facts
from app.core import db
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.tickets.models import Ticket

SIZES = (100, 500)


@dataclass(frozen=True, slots=True)
class Found:
    """`why` are the conditions that hold for it now."""

    facts: Facts
    why: list[dict[str, Any]]
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class DryRun:
    looked_at: int
    found: Sequence[Found]

    @property
    def changing(self) -> int:
        return sum(bool(each.changes) for each in self.found)


def dry_run(content: RuleContent, *, by: Actor, size: int = 100) -> DryRun:
    """Of the last `size` tickets of the actor's markets, as they are now. Two statements."""
    by.must("automation.manage")
    query = (
        select(Ticket.id)
        .where(in_markets_of(by, Ticket.market_code))
        .order_by(Ticket.created_at.desc())
        .limit(size)
    )
    if content.market is not None:
        query = query.where(Ticket.market_code == content.market)
    seen = looking.at_tickets(list(db.session.scalars(query)))
    matched = [(each, content.when.matched_by(each)) for each in seen]
    return DryRun(
        len(seen),
        [
            Found(each, why, changes_of(content.actions, each))
            for each, why in matched
            if why is not None
        ],
    )


def changes_of(actions: Sequence[Action], facts: Facts) -> list[Change]:
    """What these would change of a ticket that is so."""
    previews = [DEEDS[each.kind].preview(each, facts) for each in actions if each.kind in DEEDS]
    return [each for each in previews if each is not None]
