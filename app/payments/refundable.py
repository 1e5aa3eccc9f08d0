"""What a customer may be asking to have back: what was paid twice, else what was paid lately."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.core import clock
from app.core.money import Money
from app.payments import queries
from app.payments.models import Payment, PaymentStatus

LOOKS_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Refundable:
    """A payment of which `left` is still with us. `twice` says that there is another like it."""

    payment: Payment
    left: Money
    twice: bool


def refundable(customer_id: UUID, limit: int = 8) -> list[Refundable]:
    """What looks like paid twice comes first, then the newest."""
    since = clock.now() - LOOKS_BACK
    settled = [
        each
        for each in queries.payments_of(customer_id, limit=limit * 2)
        if each.status == PaymentStatus.SUCCEEDED
        and each.reversed_at is None
        and each.created_at > since
    ]
    found = [Refundable(each, queries.left_of(each), _is_twice(each, settled)) for each in settled]
    with_us = [each for each in found if each.left]
    return sorted(with_us, key=lambda each: not each.twice)[:limit]


def _is_twice(payment: Payment, others: list[Payment]) -> bool:
    """Of two alike only the later one is too many."""
    if queries.twin_of(payment) is not None:
        return True
    return payment.invoice_id is not None and any(
        other.invoice_id == payment.invoice_id
        and other.money == payment.money
        and (other.created_at, other.id) < (payment.created_at, payment.id)
        for other in others
    )
