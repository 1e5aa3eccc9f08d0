"""Reading lines: what is on them now, and what restricts them."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.catalog.models import OfferKind
from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.subscriptions.models import BlockEffect, Line, Sim, SimStatus, Subscription

_STRENGTH = list(BlockEffect)
_FEWEST_DIGITS = 4


def lines_of(customer_id: UUID, *, limit: int | None = None, offset: int = 0) -> list[Line]:
    """The lines of a customer, closed ones last, with subscriptions, versions, SIMs and blocks
    loaded in a constant number of statements."""
    query = (
        select(Line)
        .where(Line.customer_id == customer_id)
        .options(
            selectinload(Line.sims), selectinload(Line.subscriptions), selectinload(Line.blocks)
        )
        .order_by(Line.closed_at.is_not(None), Line.created_at, Line.id)
        .limit(limit)
        .offset(offset)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def lines_by_number(actor: Actor, text: str, limit: int = 20) -> list[Line]:
    """Lines in use whose number ends with these digits; at least four are needed."""
    actor.must("customers.read")
    digits = "".join(re.findall(r"[0-9]", text))
    if len(digits) < _FEWEST_DIGITS:
        return []
    query = select(Line).where(
        Line.closed_at.is_(None), func.reverse(Line.number).startswith(digits[::-1])
    )
    if actor.is_customer:
        query = query.where(Line.customer_id == actor.id)
    if actor.markets:
        query = query.where(Line.market_code.in_(actor.markets))
    return list(db.session.scalars(query.order_by(Line.number).limit(limit)))


def lines_on(version_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many lines have each version of an offer now, without an end; none are left out."""
    query = (
        select(Subscription.offer_version_id, func.count())
        .where(Subscription.offer_version_id.in_(version_ids), Subscription.ends_at.is_(None))
        .group_by(Subscription.offer_version_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def current_plan(line: Line) -> Subscription:
    """The plan the line is on; of a closed line the last one it had."""
    plans = [each for each in line.subscriptions if each.kind is OfferKind.PLAN]
    if not plans:
        raise NotFound(line=str(line.id))
    return next((each for each in plans if each.ends_at is None), plans[-1])


def current_sim(line: Line) -> Sim | None:
    """None for services without a card."""
    return next((each for each in line.sims if each.status is SimStatus.ACTIVE), None)


def effect_in_force(line: Line) -> BlockEffect | None:
    """The strongest block on the line."""
    effects = [each.effect for each in line.blocks if each.lifted_at is None]
    return max(effects, key=_STRENGTH.index, default=None)
