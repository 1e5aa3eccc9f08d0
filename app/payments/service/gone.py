"""Payments for a prepaid line that has gone meanwhile: what is topped up there nobody can use."""

from app.core.actor import SYSTEM
from app.payments.models import Payment
from app.subscriptions.access import line_for
from app.subscriptions.models import LineStatus


def is_for_nobody(payment: Payment) -> bool:
    """Whether it would top up a line that has gone for good; one that has not stays until the
    transaction ends."""
    if payment.line_id is None:
        return False
    return line_for(SYSTEM, payment.line_id, lock=True).status is LineStatus.CLOSED
