"""What postpaid lines have, as terms in days of their market."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Select, Uuid, any_, literal, select

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


class Held(NamedTuple):
    """A subscription of a line, as plain values."""

    subscription_id: UUID
    line_id: UUID
    number: str
    starts_at: datetime
    ends_at: datetime | None
    price: Money
    validity_days: int | None
    name: str
    kind: OfferKind


def term_of(subscription: Subscription, line: Line, timezone: str) -> Term:
    return term(
        subscription.id,
        line,
        subscription.version,
        timezone,
        starts_at=subscription.starts_at,
        ends_at=subscription.ends_at,
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
    held = Held(
        subscription_id,
        line.id,
        line.number,
        starts_at,
        ends_at,
        version.price_money,
        version.validity_days,
        version.offer.name,
        version.offer.kind,
    )
    return _term(held, ZoneInfo(timezone), succeeds=succeeds)


def lines_and_terms(account_ids: Sequence[UUID], timezone: str) -> dict[UUID, list[BilledLine]]:
    """Postpaid lines by account, each with its terms, as rows: one statement, nothing is kept."""
    zone = ZoneInfo(timezone)
    found: dict[UUID, list[BilledLine]] = {each: [] for each in account_ids}
    ended: set[tuple[UUID, datetime]] = set()
    for account_id, line_id, number, *subscribed in db.session.execute(_rows_of(account_ids)):
        lines = found[account_id]
        if not lines or lines[-1].id != line_id:
            lines.append(BilledLine(line_id, number))
        if subscribed[0] is not None:
            held = _held(line_id, number, *subscribed)
            lines[-1].terms.append(_term(held, zone, succeeds=_succeeds(held, ended)))
    return found


def _rows_of(account_ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    """Lines in order, each with what it has or had in order; a line without anything is one row."""
    return (
        select(
            Line.account_id,
            Line.id,
            Line.number,
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


def _held(
    line_id: UUID,
    number: str,
    subscription_id: UUID,
    starts_at: datetime,
    ends_at: datetime | None,
    price: Decimal,
    currency: str,
    *offered: Any,
) -> Held:
    money = Money(price, currency)
    return Held(subscription_id, line_id, number, starts_at, ends_at, money, *offered)


def _succeeds(held: Held, ended: set[tuple[UUID, datetime]]) -> bool:
    """Whether a plan begins where one of the line has ended; those that end are remembered."""
    if held.kind is not OfferKind.PLAN:
        return False
    succeeds = (held.line_id, held.starts_at) in ended
    if held.ends_at is not None:
        ended.add((held.line_id, held.ends_at))
    return succeeds


def _term(held: Held, zone: ZoneInfo, *, succeeds: bool) -> Term:
    add_on, ends_at = held.kind is OfferKind.ADD_ON, held.ends_at
    return Term(
        subscription_id=held.subscription_id,
        line_id=held.line_id,
        number=held.number,
        name=held.name,
        price=held.price,
        starts_on=held.starts_at.astimezone(zone).date(),
        ends_on=None if ends_at is None else ends_at.astimezone(zone).date(),
        add_on=add_on,
        once=add_on and held.validity_days is not None,
        succeeds=succeeds,
    )
