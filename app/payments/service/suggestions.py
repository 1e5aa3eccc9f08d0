"""For what unallocated money may be: bills that its words, its amount or its payer speak of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager

from app.billing.models import Invoice, InvoiceStatus
from app.core import db
from app.core.actor import Actor
from app.customers import queries as customers
from app.customers.models import Account, Customer
from app.payments.models import UnallocatedCash

MOST = 8
_NUMBER = re.compile(r"[A-Z]{1,4}(?:-[A-Z0-9]{2,4}){0,2}-\d{3,9}")


class Because(StrEnum):
    REFERENCE = "reference"
    AMOUNT = "amount"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Suggestion:
    invoice: Invoice
    because: list[Because]


def suggestions(cash: UnallocatedCash, *, by: Actor) -> list[Suggestion]:
    """Open bills of the market, the likeliest first: what the reference names, then the amount,
    then the payer's name."""
    numbers = _NUMBER.findall(cash.reference.upper())
    named = (
        {each.id for each in customers.search(by, cash.payer, limit=20)} if cash.payer else set()
    )
    about: list[ColumnElement[bool]] = [Invoice.still_due == cash.amount - cash.used]
    if numbers:
        about += [
            Invoice.number.in_(numbers),
            Account.reference.in_(numbers),
            Customer.reference.in_(numbers),
        ]
    if named:
        about.append(Account.customer_id.in_(named))
    query = (
        select(Invoice)
        .join(Invoice.account)
        .join(Account.customer)
        .options(contains_eager(Invoice.account).contains_eager(Account.customer))
        .where(
            Invoice.market_code == cash.market_code,
            Invoice.status == InvoiceStatus.OPEN,
            Invoice.currency == cash.currency,
            or_(*about),
        )
        .order_by(Invoice.due_on)
        .limit(50)
    )
    found = [
        Suggestion(each, _because(each, cash, numbers, named)) for each in db.session.scalars(query)
    ]
    return sorted(found, key=lambda each: _weight(each.because), reverse=True)[:MOST]


def _because(
    invoice: Invoice, cash: UnallocatedCash, numbers: Sequence[str], named: set[UUID]
) -> list[Because]:
    own = {invoice.number, invoice.account.reference, invoice.account.customer.reference}
    reasons = {
        Because.REFERENCE: bool(own & set(numbers)),
        Because.AMOUNT: invoice.due == cash.left,
        Because.NAME: invoice.account.customer_id in named,
    }
    return [reason for reason, holds in reasons.items() if holds]


def _weight(because: Sequence[Because]) -> int:
    weights = {Because.REFERENCE: 4, Because.AMOUNT: 2, Because.NAME: 1}
    return sum(weights[each] for each in because)
