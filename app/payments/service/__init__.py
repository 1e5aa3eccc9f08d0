"""What can be done to a payment, by topic."""

from app.payments.service.callbacks import receive_callback
from app.payments.service.checkouts import start_checkout
from app.payments.service.offline import record_payment
from app.payments.service.reconciling import check, reconcile_due
from app.payments.service.refunds import refund, send_refund

__all__ = [
    "check",
    "receive_callback",
    "reconcile_due",
    "record_payment",
    "refund",
    "send_refund",
    "start_checkout",
]
