"""What customers are told of their money: AutoPay, top-ups, refunds, chargebacks, plans to pay."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.billing.models import Invoice
from app.core import db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.customers.notices import notify
from app.payments.events import (
    AutoPayAnnounced,
    AutoPayFailed,
    AutoPayNeedsCustomer,
    ChargebackOpened,
    DoubleRecharge,
    PaymentPlanAgreed,
    PaymentPlanEnded,
    PaymentRefunded,
    PaymentSucceeded,
    RefundFailed,
    VoucherRedeemed,
)
from app.payments.models import AutoPayDebit, Payment, PaymentPlan, PlanStatus
from app.subscriptions import msisdn
from app.subscriptions.models import Line
from app.usage.queries import balance_of


def autopay_announced(event: AutoPayAnnounced) -> None:
    facts = {"amount": Money(event.amount, event.currency), "day": event.at}
    whose, key = event.customer_id, f"autopay:{event.debit_id}:announced"
    if event.invoice_id is not None:
        number = db.session.get_one(Invoice, event.invoice_id).number
        notify(whose, "autopay_bill", by=SYSTEM, effect_key=key, number=number, **facts)
    elif event.line_id is not None:
        line = _line(event.line_id)
        notify(whose, "autopay_top_up", by=SYSTEM, effect_key=key, line=line, **facts)


def autopay_needs_customer(event: AutoPayNeedsCustomer) -> None:
    notify(
        event.customer_id,
        f"autopay_{event.reason}",
        by=SYSTEM,
        effect_key=f"autopay:{event.debit_id}:asking",
        amount=Money(event.amount, event.currency),
    )


def autopay_failed(event: AutoPayFailed) -> None:
    notify(
        event.customer_id,
        "autopay_failed",
        by=SYSTEM,
        effect_key=f"autopay:{event.debit_id}:failed",
        amount=db.session.get_one(AutoPayDebit, event.debit_id).money,
    )


def topped_up(event: PaymentSucceeded) -> None:
    if event.line_id is not None:
        key = f"payment:{event.payment_id}:received"
        amount = Money(event.amount, event.currency)
        _tell_balance(event.customer_id, "top_up_received", key, event.line_id, amount)


def voucher_redeemed(event: VoucherRedeemed) -> None:
    key = f"voucher:{event.voucher_id}:redeemed"
    amount = Money(event.amount, event.currency)
    _tell_balance(event.customer_id, "voucher_redeemed", key, event.line_id, amount)


def recharged_twice(event: DoubleRecharge) -> None:
    extended = event.action == "extended"
    notify(
        event.customer_id,
        "recharged_twice_extended" if extended else "recharged_twice",
        by=SYSTEM,
        effect_key=f"line:{event.line_id}:recharged_twice:{event.at.isoformat()}",
        line=_line(event.line_id),
        amount=Money(event.amount, event.currency),
    )


def refunded(event: PaymentRefunded) -> None:
    _tell_of_payment(event, "refund_done", f"refund:{event.refund_id}:done")


def refund_failed(event: RefundFailed) -> None:
    """What she has by a chargeback is not told to be with us."""
    if hers := event.amount - event.kept:
        key = f"refund:{event.refund_id}:failed"
        _tell_of_payment(replace(event, amount=hers), "refund_failed", key)


def chargeback_opened(event: ChargebackOpened) -> None:
    _tell_of_payment(event, "chargeback_opened", f"chargeback:{event.chargeback_id}:opened")


def plan_agreed(event: PaymentPlanAgreed) -> None:
    plan = db.session.get_one(PaymentPlan, event.plan_id)
    notify(
        event.customer_id,
        "payment_plan_agreed",
        by=SYSTEM,
        effect_key=f"payment_plan:{plan.id}:agreed",
        amount=plan.money,
        parts=len(plan.instalments),
        day=plan.instalments[0].due_on,
    )


def plan_ended(event: PaymentPlanEnded) -> None:
    """Who kept it paid the last part just now, and knows."""
    if event.status == PlanStatus.BROKEN:
        key = f"payment_plan:{event.plan_id}:broken"
        notify(event.customer_id, "payment_plan_broken", by=SYSTEM, effect_key=key)


def _tell_of_payment(
    event: PaymentRefunded | RefundFailed | ChargebackOpened, kind: str, key: str
) -> None:
    amount, day = Money(event.amount, event.currency), _paid_at(event.payment_id)
    notify(event.customer_id, kind, by=SYSTEM, effect_key=key, amount=amount, day=day)


def _tell_balance(customer_id: UUID, kind: str, key: str, line_id: UUID, amount: Money) -> None:
    balance = balance_of(line_id)
    left = Money(balance.amount if balance else Decimal(0), amount.currency)
    line = _line(line_id)
    notify(customer_id, kind, by=SYSTEM, effect_key=key, line=line, amount=amount, balance=left)


def _line(line_id: UUID) -> str:
    return msisdn.for_people(db.session.get_one(Line, line_id).number)


def _paid_at(payment_id: UUID) -> object:
    payment = db.session.get_one(Payment, payment_id)
    return payment.settled_at or payment.created_at
