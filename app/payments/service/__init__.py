"""What can be done to a payment, by topic."""

from app.payments.service.callbacks import receive_callback
from app.payments.service.cash import allocate, ask_return, import_statement
from app.payments.service.chargebacks import represent
from app.payments.service.checkouts import start_checkout
from app.payments.service.offline import record_payment
from app.payments.service.plans import agree_plan, check_plans, offer_plan
from app.payments.service.reconciling import check, reconcile_due
from app.payments.service.refunds import ask_refund, note_transfer, refund, send_refund
from app.payments.service.resolving import found_at_gateway, not_found

__all__ = [
    "agree_plan",
    "allocate",
    "ask_refund",
    "ask_return",
    "check",
    "check_plans",
    "found_at_gateway",
    "import_statement",
    "not_found",
    "note_transfer",
    "offer_plan",
    "receive_callback",
    "reconcile_due",
    "record_payment",
    "refund",
    "represent",
    "send_refund",
    "start_checkout",
]
