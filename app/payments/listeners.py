"""What payments do when a second person agrees, and when somebody recharges."""

from app.identity.events import ApprovalGranted
from app.payments.events import PaymentSucceeded, VoucherRedeemed
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
    if event.line_id is not None:
        recharges.notice(event.line_id, event.amount, event.currency)
