"""What a customer has by a chargeback she does not get a second time, where a refund of the same
payment did not leave or did not arrive."""

from decimal import Decimal

from app.core.money import Money
from app.payments import queries
from app.payments.models import ChargebackStatus, Payment


def keep(payment: Payment, there: Money) -> Decimal:
    """Of money of a locked payment that is with us again: as much as the bank took back and
    nothing covered makes up for that. Returns how much."""
    left = there.amount
    for each in queries.chargebacks_of(payment.id):
        if each.status != ChargebackStatus.WON:
            part = min(left, each.uncovered)
            each.covered_later += part
            left -= part
    return there.amount - left
