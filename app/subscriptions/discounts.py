"""Which discounts accounts of a market have at a moment, in two statements however many."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from app.catalog import queries as catalog
from app.catalog.discounts import Rule
from app.core import db
from app.subscriptions.models import DiscountGrant


def rules_of(account_ids: Sequence[UUID], market_code: str, at: datetime) -> dict[UUID, list[Rule]]:
    """Those on offer, and those of promotions that an account has taken."""
    query = select(DiscountGrant).where(
        DiscountGrant.account_id.in_(account_ids),
        DiscountGrant.starts_at <= at,
        or_(DiscountGrant.ends_at.is_(None), DiscountGrant.ends_at > at),
    )
    offered = catalog.discounts_on_offer(market_code, at)
    found = {account_id: list(offered) for account_id in account_ids}
    for grant in db.session.scalars(query.order_by(DiscountGrant.starts_at, DiscountGrant.id)):
        found[grant.account_id].append(catalog.rule_of(grant.discount, grant.line_id))
    return found
