"""Reading the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import selectinload

from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.money import Money
from app.core.reach import in_markets_of
from app.customers.models import Account
from app.ledger.models import Book, Difference, LedgerEntry, LedgerSum, Proof
from app.payments.models import Chargeback, Refund

_LARGEST_ID = 2**63
_OF_REFUNDS = ("refund_requested", "refund_paid", "refund_refused", "refund_failed")


@dataclass(frozen=True, slots=True)
class Sum:
    """What a book holds in a market; debits are positive. `provider` is of cash only."""

    market_code: str
    book: Book
    provider: str | None
    money: Money


def trial_balance(actor: Actor) -> list[Sum]:
    """Every book by market and currency. All of one currency sum to zero.

    From running sums, which the nightly proof compares with the legs.
    """
    named = (LedgerSum.market_code, LedgerSum.book, LedgerSum.provider)
    query = (
        select(*named, func.sum(LedgerSum.amount), LedgerSum.currency)
        .where(in_markets_of(actor, LedgerSum.market_code))
        .group_by(*named, LedgerSum.currency)
        .order_by(*named, LedgerSum.currency)
    )
    return [
        Sum(market, book, provider, Money(amount, currency))
        for market, book, provider, amount, currency in db.session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Some entries, and what to ask for earlier ones with; None at the end."""

    items: Sequence[LedgerEntry]
    next_before: str | None


def latest(actor: Actor, *, before: str = "", size: int = 50) -> EntryPage:
    """What happened last first, whenever it was entered, with their legs.

    Raises Invalid when `before` is not what a page before said.
    """
    place = (LedgerEntry.at, LedgerEntry.id)
    query = (
        select(LedgerEntry)
        .where(in_markets_of(actor, LedgerEntry.market_code))
        .options(selectinload(LedgerEntry.legs))
    )
    if before:
        query = query.where(tuple_(*place) < _place(before))
    rows = db.session.scalars(query.order_by(*(each.desc() for each in place)).limit(size + 1))
    found = rows.all()
    items = found[:size]
    last = items[-1] if len(found) > size else None
    return EntryPage(items, f"{last.at.isoformat()}~{last.id}" if last else None)


def _place(before: str) -> tuple[datetime, int]:
    moment, _sign, number = before.partition("~")
    try:
        place = datetime.fromisoformat(moment), int(number)
    except ValueError:
        raise Invalid(field="before") from None
    if place[0].tzinfo is None or not 0 < place[1] < _LARGEST_ID:
        raise Invalid(field="before")
    return place


def entries_of_payment(payment_id: UUID) -> Sequence[LedgerEntry]:
    """Of the payment itself, its refunds and its chargebacks, oldest first."""
    refunds = select(Refund.id).where(Refund.payment_id == payment_id)
    chargebacks = select(Chargeback.id).where(Chargeback.payment_id == payment_id)
    query = select(LedgerEntry).where(
        or_(
            and_(LedgerEntry.kind == "payment", LedgerEntry.source_id == payment_id),
            and_(
                LedgerEntry.kind.in_(_OF_REFUNDS),
                LedgerEntry.source_id.in_(refunds),
            ),
            and_(
                LedgerEntry.kind.in_(("chargeback_opened", "chargeback_won")),
                LedgerEntry.source_id.in_(chargebacks),
            ),
        )
    )
    query = query.options(selectinload(LedgerEntry.legs)).order_by(LedgerEntry.at, LedgerEntry.id)
    return db.session.scalars(query).all()


def open_differences(actor: Actor) -> list[tuple[Difference, Account | None]]:
    query = select(Difference, Account).outerjoin(Account, Account.id == Difference.account_id)
    query = query.where(
        Difference.resolved_at.is_(None), in_markets_of(actor, Difference.market_code)
    )
    rows = db.session.execute(query.order_by(Difference.found_at).limit(200))
    return [(row[0], row[1]) for row in rows]


def last_proof() -> Proof | None:
    return db.session.scalar(select(Proof).order_by(Proof.id.desc()).limit(1))
