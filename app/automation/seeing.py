"""Who sees which rules, runs and macros: conditions for queries. Pure."""

from sqlalchemy import or_, select
from sqlalchemy.sql import ColumnElement

from app.automation.models import Macro, Rule
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.identity.models import Staff


def may_have(by: Actor, market_code: str | None) -> bool:
    """Rules of every market belong to those who see every market."""
    return not by.markets if market_code is None else by.sees_market(market_code)


def shown_rules(by: Actor) -> ColumnElement[bool]:
    """Those of every market may be read by everybody who manages rules."""
    mine = or_(Rule.market_code.is_(None), in_markets_of(by, Rule.market_code))
    return mine & Rule.removed_at.is_(None)


def shown_macros(by: Actor) -> ColumnElement[bool]:
    """Who manages automation sees those of all teams, but nobody's personal ones."""
    hers = Macro.owner_id == by.id
    team = select(Staff.team_id).where(Staff.id == by.id).scalar_subquery()
    of_teams = or_(Macro.team_id.is_(None), Macro.team_id == team)
    if by.may("automation.manage"):
        return or_(hers, Macro.owner_id.is_(None))
    return or_(hers, Macro.owner_id.is_(None) & of_teams)
