"""What became of a customer's last payments and recharges, and of money that nobody could place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select

from app.billing.models import Invoice
from app.core import clock, db
from app.core.money import Money
from app.customers.models import Account, Customer
from app.payments import queries
from app.payments.models import Payment, PaymentStatus, UnallocatedCash, Voucher, VoucherBatch
from app.subscriptions.models import Line

LOOKS_BACK = timedelta(days=45)
MOST = 6


class Stage(StrEnum):
    BOOKED = "booked"
    AT_THE_PAGE = "at_the_page"  # the hosted page was opened; no money has been told of
    BEING_FOUND_OUT = "being_found_out"  # the gateway is asked again by itself
    WITH_PEOPLE = "with_people"  # asked for the last time: a person must look
    DECLINED = "declined"
    GIVEN_BACK = "given_back"
    SENT_BACK = "sent_back"  # nothing was to be paid with it when it came
    TAKEN_BACK = "taken_back"  # by the customer's bank
    CALLED_OFF = "called_off"
    VOUCHER = "voucher"
    UNALLOCATED = "unallocated"


# Nobody knows yet how it ends: more than telling is needed.
OPEN_ENDED = frozenset({Stage.BEING_FOUND_OUT, Stage.WITH_PEOPLE, Stage.UNALLOCATED})


@dataclass(frozen=True, slots=True)
class Traced:
    """Money, what it was for (a bill, or a line's credit), when it was begun or came, and since
    when it is as it is. `code` says why it was declined."""

    stage: Stage
    money: Money
    at: datetime
    payment_id: UUID | None = None
    invoice: str | None = None
    line: str | None = None
    settled_at: datetime | None = None
    next_check_at: datetime | None = None
    code: str | None = None


def trace(customer: Customer) -> list[Traced]:
    """Newest first, a few of each kind."""
    since = clock.now() - LOOKS_BACK
    found = [*_payments(customer, since), *_vouchers(customer, since), *_cash(customer)]
    return sorted(found, key=lambda each: each.at, reverse=True)[:MOST]


def traced(payment: Payment, invoice: str | None = None, line: str | None = None) -> Traced:
    """One payment; `invoice` and `line` are the numbers of what it was for."""
    return Traced(
        stage=_stage(payment),
        money=payment.money,
        at=payment.created_at,
        payment_id=payment.id,
        invoice=invoice,
        line=line,
        settled_at=payment.reversed_at or payment.settled_at,
        next_check_at=payment.check_at,
        code=payment.decline_code,
    )


def _payments(customer: Customer, since: datetime) -> list[Traced]:
    mine = [
        each for each in queries.payments_of(customer.id, limit=MOST) if each.created_at > since
    ]
    invoices = _numbers(Invoice, {each.invoice_id for each in mine})
    lines = _numbers(Line, {each.line_id for each in mine})
    return [traced(each, invoices.get(each.invoice_id), lines.get(each.line_id)) for each in mine]


_ENDED = {
    PaymentStatus.DECLINED: Stage.DECLINED,
    PaymentStatus.REFUNDED: Stage.GIVEN_BACK,
    PaymentStatus.CANCELLED: Stage.CALLED_OFF,
}


def _stage(payment: Payment) -> Stage:
    if payment.status in _ENDED:
        return _ENDED[payment.status]
    if payment.status == PaymentStatus.SUCCEEDED:
        if payment.reversed_at is not None:
            return Stage.SENT_BACK
        return Stage.TAKEN_BACK if queries.charged_back(payment.id) else Stage.BOOKED
    if payment.status == PaymentStatus.PENDING and payment.saved_method_id is None:
        return Stage.AT_THE_PAGE
    return Stage.BEING_FOUND_OUT if payment.check_at else Stage.WITH_PEOPLE


def _vouchers(customer: Customer, since: datetime) -> list[Traced]:
    query = (
        select(Voucher.redeemed_at, VoucherBatch.value, VoucherBatch.currency, Line.number)
        .join(VoucherBatch, VoucherBatch.id == Voucher.batch_id)
        .join(Line, Line.id == Voucher.line_id)
        .join(Account, Account.id == Line.account_id)
        .where(Account.customer_id == customer.id, Voucher.redeemed_at > since)
        .order_by(Voucher.redeemed_at.desc())
        .limit(MOST)
    )
    return [
        Traced(Stage.VOUCHER, Money(value, currency), at, line=number, settled_at=at)
        for at, value, currency, number in db.session.execute(query)
        if at is not None
    ]


def _cash(customer: Customer) -> list[Traced]:
    """Only what names her, an account or a bill of hers: other people's money is not told."""
    accounts = select(Account.reference).where(Account.customer_id == customer.id)
    bills = select(Invoice.number).join(Account).where(Account.customer_id == customer.id)
    newest = bills.order_by(Invoice.issued_at.desc()).limit(MOST)
    own = [customer.reference, *db.session.scalars(accounts), *db.session.scalars(newest)]
    query = (
        select(UnallocatedCash)
        .where(
            UnallocatedCash.market_code == customer.market_code,
            UnallocatedCash.used < UnallocatedCash.amount,
            or_(*(UnallocatedCash.reference.icontains(each, autoescape=True) for each in own)),
        )
        .order_by(UnallocatedCash.received_at.desc())
        .limit(MOST)
    )
    return [
        Traced(Stage.UNALLOCATED, each.left, each.received_at)
        for each in db.session.scalars(query)
        if any(_names(each.reference, number) for number in own)
    ]


def _names(words: str, number: str) -> bool:
    """The very number, and not the beginning of a longer one."""
    found = re.search(rf"(?<![A-Z0-9]){re.escape(number)}(?!\d)", words.upper())
    return found is not None


def _numbers(kind: type[Invoice] | type[Line], ids: set[UUID | None]) -> dict[UUID | None, str]:
    wanted: Sequence[UUID] = [each for each in ids if each is not None]
    if not wanted:
        return {}
    rows = db.session.execute(select(kind.id, kind.number).where(kind.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}
