"""What payments do when a second person agrees, somebody recharges, or a payment of AutoPay is
decided."""

from app.identity.events import ApprovalGranted
from app.payments import service
from app.payments.events import PaymentDeclined, PaymentSucceeded, VoucherRedeemed
from app.payments.service import cash, recharges, refunds


def carry_out(event: ApprovalGranted) -> None:
    """In the transaction of the decision, so that it happens once, or the decision does not."""
    if event.action != refunds.ACTION:
        return
    if event.facts.get("cash"):
        cash.return_approved(event)
    else:
        refunds.refund_approved(event)


def recharged(event: PaymentSucceeded | VoucherRedeemed) -> None:
    """Once for each recharge, after it."""
    if isinstance(event, VoucherRedeemed):
        recharges.notice(f"voucher:{event.voucher_id}")
    elif event.line_id is not None:
        recharges.notice(f"payment:{event.payment_id}")


def autopay_succeeded(event: PaymentSucceeded) -> None:
    """In the transaction that decides it."""
    service.follow(event.payment_id, declined=False)


def autopay_declined(event: PaymentDeclined) -> None:
    """In the transaction that decides it."""
    service.follow(event.payment_id, declined=True, code=event.decline_code)
