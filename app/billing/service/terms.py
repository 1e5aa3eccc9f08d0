"""What postpaid lines have, as terms in days of their market."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Uuid, any_, literal, select

from app.billing.recurring import Term
from app.catalog.models import Mode, Offer, OfferKind, OfferVersion
from app.core import db
from app.core.money import Money
from app.subscriptions.models import Line, Subscription


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A postpaid line and everything it has or had."""

    id: UUID
    number: str
    terms: list[Term] = field(default_factory=list)


def term_of(subscription: Subscription, line: Line, timezone: str) -> Term:
    return term(
        subscription.id,
        line,
        subscription.version,
        timezone,
        starts_at=subscription.starts_at,
        ends_at=subscription.ends_at,
        succeeds=line.came_from_id is not None and subscription.starts_at == line.activated_at,
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
    return _term(
        subscription_id,
        line.id,
        line.number,
        ZoneInfo(timezone),
        starts_at,
        ends_at,
        version.price_money,
        version.validity_days,
        version.offer.name,
        version.offer.kind,
        succeeds=succeeds,
    )


def lines_and_terms(account_ids: Sequence[UUID], timezone: str) -> dict[UUID, list[BilledLine]]:
    """Postpaid lines by account, each with its terms, as rows: one statement, nothing is kept."""
    query = (
        select(
            Line.account_id,
            Line.id,
            Line.number,
            Line.came_from_id.is_not(None) & (Subscription.starts_at == Line.activated_at),
            Subscription.id,
            Subscription.starts_at,
            Subscription.ends_at,
            OfferVersion.price,
            OfferVersion.currency,
            OfferVersion.validity_days,
            Offer.name,
            Offer.kind,
        )
        .outerjoin(Subscription, Subscription.line_id == Line.id)
        .outerjoin(OfferVersion, OfferVersion.id == Subscription.offer_version_id)
        .outerjoin(Offer, Offer.id == OfferVersion.offer_id)
        .where(
            Line.account_id == any_(literal(list(account_ids), ARRAY(Uuid))),
            Line.mode == Mode.POSTPAID,
            Line.activated_at.is_not(None),
        )
        .order_by(Line.created_at, Line.id, Subscription.starts_at, Subscription.id)
    )
    zone = ZoneInfo(timezone)
    found: dict[UUID, list[BilledLine]] = {each: [] for each in account_ids}
    ended: set[tuple[UUID, datetime]] = set()
    for (
        account_id,
        line_id,
        number,
        came,
        subscription_id,
        starts_at,
        ends_at,
        *sold,
    ) in db.session.execute(query):
        lines = found[account_id]
        if not lines or lines[-1].id != line_id:
            lines.append(BilledLine(line_id, number))
        if subscription_id is None:
            continue
        price, currency, validity_days, name, kind = sold
        succeeds = bool(came) or (kind is OfferKind.PLAN and (line_id, starts_at) in ended)
        if kind is OfferKind.PLAN and ends_at is not None:
            ended.add((line_id, ends_at))
        lines[-1].terms.append(
            _term(
                subscription_id,
                line_id,
                number,
                zone,
                starts_at,
                ends_at,
                Money(price, currency),
                validity_days,
                name,
                kind,
                succeeds=succeeds,
            )
        )
    return found


def _term(
    subscription_id: UUID,
    line_id: UUID,
    number: str,
    zone: ZoneInfo,
    starts_at: datetime,
    ends_at: datetime | None,
    price: Money,
    validity_days: int | None,
    name: str,
    kind: OfferKind,
    *,
    succeeds: bool,
) -> Term:
    add_on = kind is OfferKind.ADD_ON
    return Term(
        subscription_id=subscription_id,
        line_id=line_id,
        number=number,
        name=name,
        price=price,
        starts_on=starts_at.astimezone(zone).date(),
        ends_on=None if ends_at is None else ends_at.astimezone(zone).date(),
        add_on=add_on,
        once=add_on and validity_days is not None,
        succeeds=succeeds,
    )
