"""What postpaid lines have, as terms in days of their market."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.billing.recurring import Term
from app.catalog.models import Mode, OfferKind, OfferVersion
from app.core import db
from app.subscriptions.models import Line, Subscription


def term_of(
    subscription: Subscription, line: Line, timezone: str, *, succeeds: bool = False
) -> Term:
    return term(
        subscription.id,
        line,
        subscription.version,
        timezone,
        starts_at=subscription.starts_at,
        ends_at=subscription.ends_at,
        succeeds=succeeds,
    )


def term(
    subscription_id: UUID,
    line: Line,
    version: OfferVersion,
    timezone: str,
    *,
    starts_at: datetime,
    ends_at: datetime | None = None,
    succeeds: bool = False,
) -> Term:
    zone = ZoneInfo(timezone)
    add_on = version.offer.kind is OfferKind.ADD_ON
    return Term(
        subscription_id=subscription_id,
        line_id=line.id,
        number=line.number,
        name=version.offer.name,
        price=version.price_money,
        starts_on=starts_at.astimezone(zone).date(),
        ends_on=None if ends_at is None else ends_at.astimezone(zone).date(),
        add_on=add_on,
        once=add_on and version.validity_days is not None,
        succeeds=succeeds,
    )


def lines_and_terms(
    account_ids: Sequence[UUID], timezone: str
) -> dict[UUID, list[tuple[Line, list[Term]]]]:
    """Postpaid lines by account, each with its terms, in two statements."""
    query = select(Line).where(
        Line.account_id.in_(account_ids),
        Line.mode == Mode.POSTPAID,
        Line.activated_at.is_not(None),
    )
    lines = db.session.scalars(query.order_by(Line.created_at, Line.id)).all()
    terms: dict[UUID, list[Term]] = {line.id: [] for line in lines}
    by_id = {line.id: line for line in lines}
    subscriptions = select(Subscription).where(Subscription.line_id.in_(by_id))
    fresh = subscriptions.order_by(Subscription.starts_at, Subscription.id)
    ended: set[tuple[UUID, datetime | None]] = set()
    for each in db.session.scalars(fresh.execution_options(populate_existing=True)):
        is_plan = each.kind is OfferKind.PLAN
        succeeds = is_plan and (each.line_id, each.starts_at) in ended
        terms[each.line_id].append(term_of(each, by_id[each.line_id], timezone, succeeds=succeeds))
        if is_plan:
            ended.add((each.line_id, each.ends_at))
    found: dict[UUID, list[tuple[Line, list[Term]]]] = {each: [] for each in account_ids}
    for line in lines:
        found[line.account_id].append((line, terms[line.id]))
    return found
