"""What can be done to a payment, by topic."""

from app.payments.service.autopay import follow, run_autopay
from app.payments.service.callbacks import receive_callback
from app.payments.service.charging import is_chargeable, pay_with_saved
from app.payments.service.checkouts import start_checkout
from app.payments.service.mandates import (
    pause_autopay,
    resume_autopay,
    revoke_autopay,
    set_up_autopay,
    set_up_top_up,
)
from app.payments.service.offline import record_payment
from app.payments.service.reconciling import check, reconcile_due
from app.payments.service.refunds import refund, send_refund
from app.payments.service.routing import able, choose_gateway, health, offered, try_gateway
from app.payments.service.saved import delete_method, make_default

__all__ = [
    "able",
    "check",
    "choose_gateway",
    "delete_method",
    "follow",
    "health",
    "is_chargeable",
    "make_default",
    "offered",
    "pause_autopay",
    "pay_with_saved",
    "receive_callback",
    "reconcile_due",
    "record_payment",
    "refund",
    "resume_autopay",
    "revoke_autopay",
    "run_autopay",
    "send_refund",
    "set_up_autopay",
    "set_up_top_up",
    "start_checkout",
    "try_gateway",
]
