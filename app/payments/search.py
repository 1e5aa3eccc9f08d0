"""Finding payments, and those that need a person, in the markets of whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, func, select, text
from sqlalchemy.orm import joinedload

from app.core import db
from app.core.actor import Actor
from app.core.pages import Page, newest_first
from app.core.reach import in_markets_of
from app.customers import queries as customers
from app.customers.models import Account
from app.markets.models import Market
from app.payments.models import (
    Chargeback,
    ChargebackStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    RefundTo,
    UnallocatedCash,
)

_FURTHEST = timedelta(hours=14)
# From one name to the next by the index, however many payments each has.
_PROVIDERS = text(
    """
    WITH RECURSIVE name AS (
        SELECT min(provider) AS provider FROM payment
        UNION ALL
        SELECT (SELECT min(provider) FROM payment WHERE provider > name.provider) FROM name
        WHERE name.provider IS NOT NULL
    )
    SELECT provider FROM name WHERE provider IS NOT NULL
    """
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """None is any. `on` is a day of each payment's market; `customer` as people are searched."""

    status: PaymentStatus | None = None
    provider: str | None = None
    on: date | None = None
    amount: Decimal | None = None
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """Something about a payment that a person must do, and since when it waits."""

    kind: str
    payment: Payment
    account: Account
    thing: Payment | Refund | Chargeback
    since: datetime


def payments(by: Actor, wanted: Wanted, *, after: str | None, size: int = 50) -> Page[Payment]:
    """Newest first, a page at a time."""
    query = select(Payment).join(Account, Account.id == Payment.account_id)
    query = query.where(in_markets_of(by, Account.market_code))
    if wanted.status:
        query = query.where(Payment.status == wanted.status)
    if wanted.provider:
        query = query.where(Payment.provider == wanted.provider)
    if wanted.amount is not None:
        query = query.where(Payment.amount == wanted.amount)
    if wanted.on:
        local = cast(func.timezone(Market.timezone, Payment.created_at), Date)
        query = query.join(Market, Market.code == Account.market_code)
        query = query.where(_around(wanted.on), local == wanted.on)
    if wanted.customer:
        found = [each.id for each in customers.search(by, wanted.customer, limit=50)]
        query = query.where(Account.customer_id.in_(found))
    return newest_first(query, Payment.id, after=after, size=size)


def accounts_of(found: Sequence[Payment]) -> dict[UUID, Account]:
    """The accounts of some payments, with customer and market, in one statement."""
    query = select(Account).where(Account.id.in_({each.account_id for each in found}))
    query = query.options(joinedload(Account.customer), joinedload(Account.market))
    return {account.id: account for account in db.session.scalars(query)}


def matters(by: Actor, limit: int = 100) -> list[Matter]:
    """What waits longest comes first: unknown payments, transfers to send, open chargebacks."""
    unknown = select(Payment, Payment, Account).where(
        Payment.status == PaymentStatus.UNKNOWN, Payment.check_at.is_(None)
    )
    transfers = select(Refund, Payment, Account).join(Payment, Payment.id == Refund.payment_id)
    transfers = transfers.where(
        Refund.status == RefundStatus.REQUESTED, Refund.goes_to == RefundTo.BANK
    )
    disputes = select(Chargeback, Payment, Account)
    disputes = disputes.join(Payment, Payment.id == Chargeback.payment_id)
    disputes = disputes.where(
        Chargeback.status.in_((ChargebackStatus.OPENED, ChargebackStatus.REPRESENTED))
    )
    found = []
    for kind, query, since in (
        ("unknown", unknown, Payment.created_at),
        ("transfer", transfers, Refund.created_at),
        ("chargeback", disputes, Chargeback.opened_at),
    ):
        mine = query.join(Account, Account.id == Payment.account_id)
        mine = mine.where(in_markets_of(by, Account.market_code))
        mine = mine.options(joinedload(Account.customer)).order_by(since).limit(limit)
        for thing, payment, account in db.session.execute(mine).unique():
            found.append(Matter(kind, payment, account, thing, getattr(thing, since.key)))
    return sorted(found, key=lambda each: each.since)[:limit]


def unallocated(by: Actor, limit: int = 200) -> Sequence[UnallocatedCash]:
    """Money that still waits, the longest first."""
    query = select(UnallocatedCash).where(
        UnallocatedCash.used < UnallocatedCash.amount,
        in_markets_of(by, UnallocatedCash.market_code),
    )
    return db.session.scalars(query.order_by(UnallocatedCash.received_at).limit(limit)).all()


def providers() -> list[str]:
    """Of all payments there are; the names of gateways are no secret among staff."""
    return list(db.session.scalars(_PROVIDERS))


def _around(day: date) -> ColumnElement[bool]:
    """No clock on earth is further from UTC: the index finds these, the zone decides."""
    start = datetime.combine(day, time(), UTC)
    return Payment.created_at.between(start - _FURTHEST, start + timedelta(days=1) + _FURTHEST)
