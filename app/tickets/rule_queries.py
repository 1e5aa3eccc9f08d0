"""The rules of promises for those who decide them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.tickets import rulebook
from app.tickets.models import RuleKind, SlaRule


def rules_for(actor: Actor, kind: RuleKind) -> list[SlaRule]:
    """Those in force, by name: everybody's, and those of the actor's markets."""
    actor.must("sla.manage")
    found = db.session.scalars(rulebook.in_force(clock.now()).where(SlaRule.kind == kind))
    mine = [each for each in found if _sees(actor, each)]
    return sorted(mine, key=lambda each: (each.name.lower(), str(each.key)))


def versions_for(actor: Actor, key: UUID, kind: RuleKind) -> Sequence[SlaRule]:
    """All of one rule, the newest first; those to come are among them. Raises NotFound."""
    actor.must("sla.manage")
    query = select(SlaRule).where(SlaRule.key == key, SlaRule.kind == kind)
    found = list(db.session.scalars(query.order_by(SlaRule.number.desc())))
    if not found or found[0].ends or not _sees(actor, found[0]):
        raise NotFound
    return found


def _sees(actor: Actor, rule: SlaRule) -> bool:
    return rule.market_code is None or actor.sees_market(rule.market_code)
