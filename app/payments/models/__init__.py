"""Payments and what they are made with; money of which nobody knows yet; what gateways say."""

from app.payments.models.autopay import (
    AutoPayAttempt,
    AutoPayDebit,
    AutoPayKind,
    AutoPayMandate,
    DebitStatus,
)
from app.payments.models.cash import CashUse, UnallocatedCash
from app.payments.models.gateways import CallResult, GatewayCall, GatewayHealth, GatewayRoute
from app.payments.models.methods import SavedMethod
from app.payments.models.payments import (
    Chargeback,
    ChargebackStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    RefundTo,
)
from app.payments.models.plans import Instalment, PaymentPlan, PlanInvoice, PlanStatus
from app.payments.models.vouchers import Voucher, VoucherBatch

__all__ = [
    "AutoPayAttempt",
    "AutoPayDebit",
    "AutoPayKind",
    "AutoPayMandate",
    "CallResult",
    "CashUse",
    "Chargeback",
    "ChargebackStatus",
    "DebitStatus",
    "GatewayCall",
    "GatewayHealth",
    "GatewayRoute",
    "Instalment",
    "Payment",
    "PaymentPlan",
    "PaymentStatus",
    "PlanInvoice",
    "PlanStatus",
    "Refund",
    "RefundStatus",
    "RefundTo",
    "SavedMethod",
    "UnallocatedCash",
    "Voucher",
    "VoucherBatch",
]
