"""Taking a promotion by its code."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.audit import service as audit
from app.catalog import queries as catalog
from app.catalog import service as catalogue
from app.catalog.eligibility import conditions_of, reasons_against
from app.catalog.errors import NotEligible
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.customers.access import account_for
from app.customers.models import Account
from app.subscriptions import access
from app.subscriptions.errors import PromotionTaken
from app.subscriptions.events import PromotionRedeemed
from app.subscriptions.facts import facts_of
from app.subscriptions.models import DiscountGrant
from app.subscriptions.promised_months import ends_after


def redeem(
    account_id: UUID, code: str, *, by: Actor, effect_key: str, line_id: UUID | None = None
) -> DiscountGrant:
    """Grant the promotion from now for its months, to all the account's lines or to one.

    The same `effect_key` again gives the same grant. Raises DiscountUnknown, NotEligible (with
    every reason), PromotionUsedUp, PromotionTaken: limits hold however many try at once.
    """
    with db.transaction():
        account = account_for(by, account_id, "subscriptions.change")
        if line_id is not None and access.line_for(by, line_id).account_id != account.id:
            raise NotFound
        if done := _done_before(account.id, effect_key):
            return done
        now = clock.now()
        offered = catalog.promotion(account.market_code, code, now)
        facts = facts_of([account.id], now)[account.id]
        if reasons := reasons_against(conditions_of(offered.conditions), facts):
            raise NotEligible(reasons)
        discount = catalogue.count_redemption(offered.id)
        # From here on nobody else takes this promotion: what is counted now stays so.
        if done := _done_before(account.id, effect_key):
            discount.redeemed -= 1
            return done
        limit = discount.account_limit
        if limit is not None and _taken(account.id, discount.id) >= limit:
            raise PromotionTaken
        grant = DiscountGrant(
            id=new_id(),
            account_id=account.id,
            discount=discount,
            line_id=line_id,
            starts_at=now,
            ends_at=_end(account, now, discount.months),
            granted_by=by.name,
            effect_key=effect_key,
        )
        db.session.add(grant)
        audit.record(by, "promotion.redeemed", "account", account.id, code=discount.code)
        events.announce(
            PromotionRedeemed(
                grant.id, account.id, line_id, discount.code, grant.starts_at, grant.ends_at
            )
        )
    return grant


def _end(account: Account, now: datetime, months: int | None) -> datetime | None:
    if months is None:
        return None
    zone = account.market.timezone
    return ends_after(now, months, timezone=zone, billing_day=account.billing_day)


def _done_before(account_id: UUID, effect_key: str) -> DiscountGrant | None:
    done = db.session.scalar(select(DiscountGrant).where(DiscountGrant.effect_key == effect_key))
    if done is not None and done.account_id != account_id:
        raise Conflict(field="effect_key")
    return done


def _taken(account_id: UUID, discount_id: UUID) -> int:
    query = select(func.count()).select_from(DiscountGrant)
    mine = query.filter_by(account_id=account_id, discount_id=discount_id)
    return int(db.session.scalars(mine).one())
