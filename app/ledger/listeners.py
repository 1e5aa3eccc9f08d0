"""What the books write when money moves, in the transaction that moves it."""

from app.billing.events import (
    DebtMoved,
    DepositGivenBack,
    DepositTaken,
    DepositUsed,
    InvoiceCredited,
    InvoiceDebited,
)
from app.ledger import service
from app.payments.events import (
    CashReceived,
    CashReturned,
    ChargebackOpened,
    ChargebackWon,
    PaymentRefunded,
    PaymentReversed,
    PaymentSucceeded,
    RefundFailed,
    RefundRefused,
    RefundRequested,
    VoucherRedeemed,
)
from app.subscriptions.events import LineTransferred


def invoice_credited(event: InvoiceCredited) -> None:
    service.post("credit_note", [event.credit_note_id])


def invoice_debited(event: InvoiceDebited) -> None:
    service.post("debit_note", [event.debit_note_id])


def payment_received(event: PaymentSucceeded | PaymentReversed) -> None:
    service.post("payment", [event.payment_id])


def refund_requested(event: RefundRequested) -> None:
    service.post("refund_requested", [event.refund_id])


def refund_paid(event: PaymentRefunded) -> None:
    service.post("refund_paid", [event.refund_id])


def refund_refused(event: RefundRefused) -> None:
    service.post("refund_refused", [event.refund_id])


def refund_failed(event: RefundFailed) -> None:
    service.post("refund_failed", [event.refund_id])


def chargeback_opened(event: ChargebackOpened) -> None:
    service.post("chargeback_opened", [event.chargeback_id])


def chargeback_won(event: ChargebackWon) -> None:
    service.post("chargeback_won", [event.chargeback_id])


def cash_received(event: CashReceived) -> None:
    service.post("cash", list(event.cash_ids))


def cash_returned(event: CashReturned) -> None:
    service.post("cash_returned", [event.use_id])


def voucher_redeemed(event: VoucherRedeemed) -> None:
    service.post("voucher", [event.voucher_id])


def deposit_taken(event: DepositTaken) -> None:
    service.post("deposit_taken", [event.deposit_id])


def deposit_used(event: DepositUsed) -> None:
    service.post("deposit_used", [event.use_id])


def debt_moved(event: DebtMoved) -> None:
    service.post("bad_debt", [event.bad_debt_id])


def deposit_given_back(event: DepositGivenBack) -> None:
    service.post("deposit_returned", [event.deposit_id])


def line_transferred(event: LineTransferred) -> None:
    service.post("credit_moved", [event.transfer_id])
