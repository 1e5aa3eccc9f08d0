"""The doors to rules and macros."""

from uuid import UUID

from sqlalchemy import select

from app.automation import seeing
from app.automation.models import Macro, Rule
from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound


def rule_for(by: Actor, rule_id: UUID, *, lock: bool = False) -> Rule:
    """Of the actor's markets. Raises Forbidden, NotFound."""
    by.must("automation.manage")
    rule = db.session.get(Rule, rule_id, with_for_update=lock or None, populate_existing=lock)
    if rule is None or rule.removed_at is not None or not seeing.may_have(by, rule.market_code):
        raise NotFound
    return rule


def macro_for(by: Actor, macro_id: UUID, *, lock: bool = False) -> Macro:
    """Shared, of her team, or her own. Raises Forbidden, NotFound."""
    by.must("macros.use")
    query = select(Macro).where(Macro.id == macro_id, seeing.shown_macros(by))
    macro = db.session.scalar(query.with_for_update(of=Macro) if lock else query)
    if macro is None:
        raise NotFound
    return macro
