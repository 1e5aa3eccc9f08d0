"""Looking up markets, and the policies that are in force in one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.markets.models import Market, PolicyVersion
from app.markets.policies import Policies


def market(code: str) -> Market:
    """The same object all through a session, which itself lets go of what nobody holds."""
    session = db.session()
    held: dict[str, Market] = session.info.setdefault("markets", {})
    if code not in held or held[code] not in session:
        found = session.get(Market, code)
        if found is None:
            raise NotFound(market=code)
        held[code] = found
    return held[code]


def all_markets() -> list[Market]:
    return list(db.session.scalars(select(Market).order_by(Market.code)))


def markets_of(actor: Actor) -> list[Market]:
    """Those that the actor works in."""
    return [each for each in all_markets() if actor.sees_market(each.code)]


def policy_version_for(actor: Actor, version_id: UUID) -> PolicyVersion:
    """Of a market that the actor works in."""
    found = db.session.get(PolicyVersion, version_id)
    if found is None or not actor.sees_market(found.market_code):
        raise NotFound
    actor.must("policies.manage")
    return found


def policies_at(code: str, moment: datetime) -> Policies:
    """What was, is or will be in force; one statement a session, however often it is asked."""
    return market(code).policies_at(moment)


def settings_at(code: str, moment: datetime) -> dict[str, Any]:
    """The same as plain JSON, only what was chosen: what is not in it has its default."""
    return market(code).settings_at(moment)
