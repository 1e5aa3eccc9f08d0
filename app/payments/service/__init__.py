"""What can be done to a payment, by topic."""

from app.payments.service.autopay import follow, run_autopay
from app.payments.service.callbacks import receive_callback
from app.payments.service.cash import allocate, ask_return, import_statement
from app.payments.service.chargebacks import represent
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
from app.payments.service.plans import agree_plan, check_plans, offer_plan
from app.payments.service.reconciling import check, reconcile_due
from app.payments.service.refunds import ask_refund, note_transfer, refund, send_refund
from app.payments.service.resolving import found_at_gateway, not_found
from app.payments.service.routing import able, choose_gateway, health, offered, try_gateway
from app.payments.service.saved import delete_method, make_default

__all__ = [
    "able",
    "agree_plan",
    "allocate",
    "ask_refund",
    "ask_return",
    "check",
    "check_plans",
    "choose_gateway",
    "delete_method",
    "follow",
    "found_at_gateway",
    "health",
    "import_statement",
    "is_chargeable",
    "make_default",
    "not_found",
    "note_transfer",
    "offer_plan",
    "offered",
    "pause_autopay",
    "pay_with_saved",
    "receive_callback",
    "reconcile_due",
    "record_payment",
    "refund",
    "represent",
    "resume_autopay",
    "revoke_autopay",
    "run_autopay",
    "send_refund",
    "set_up_autopay",
    "set_up_top_up",
    "start_checkout",
    "try_gateway",
]
