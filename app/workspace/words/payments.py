"""Payments, what goes back, and the books."""

from typing import Any

from app.core.i18n import lazy
from app.payments import declines, methods

PAYMENTS: dict[str, dict[str, Any]] = {
    "payment": {
        "created": lazy("Prepared"),
        "pending": lazy("Pending"),
        "succeeded": lazy("Paid"),
        "declined": lazy("Declined"),
        "unknown": lazy("Being checked"),
        "refunded": lazy("Refunded"),
        "cancelled": lazy("Reversed"),
    },
    "refund": {
        "requested": lazy("On its way"),
        "succeeded": lazy("Given back"),
        "refused": lazy("Refused"),
    },
    "refund_to": {"method": lazy("To where it came from"), "bank": lazy("By bank transfer")},
    "chargeback": {
        "opened": lazy("Opened"),
        "represented": lazy("Contested"),
        "won": lazy("Won"),
        "lost": lazy("Lost"),
    },
    "call": {
        "applied": lazy("Took effect"),
        "nothing_new": lazy("Nothing new"),
        "unknown_payment": lazy("Unknown payment"),
        "wrong_amount": lazy("Wrong amount"),
        "sent_back": lazy("Sent back"),
    },
    "because": {
        "reference": lazy("named in the reference"),
        "amount": lazy("same amount"),
        "name": lazy("name of the payer"),
    },
    "method": methods.NAMES,
    "decline": declines.WORDS,
    "debit": {
        "planned": lazy("Planned"),
        "charging": lazy("Under way"),
        "done": lazy("Paid"),
        "declined": lazy("Declined"),
        "asking": lazy("Waits for the customer"),
        "dropped": lazy("Not needed"),
        "window": lazy("Waits for a window"),
    },
    "book": {
        "receivable": lazy("Owed by customers"),
        "cash": lazy("Cash"),
        "revenue": lazy("Revenue"),
        "tax": lazy("Tax to pay"),
        "customer_credit": lazy("Credit of customers"),
        "prepaid": lazy("Prepaid balances"),
        "deposits": lazy("Deposits held"),
        "interest": lazy("Interest on deposits"),
        "refunds": lazy("Refunds on their way"),
        "unallocated": lazy("Unallocated money"),
        "chargebacks": lazy("Lost to chargebacks"),
        "vouchers": lazy("Vouchers sold by shops"),
        "promotions": lazy("Credit given away"),
        "unbalanced": lazy("Entry that does not sum to zero"),
    },
    "entry": {
        "invoice": lazy("Invoice"),
        "credit_note": lazy("Credit note"),
        "debit_note": lazy("Debit note"),
        "account_credit": lazy("Account credit"),
        "payment": lazy("Payment"),
        "refund_requested": lazy("Refund requested"),
        "refund_paid": lazy("Refund paid"),
        "refund_refused": lazy("Refund refused"),
        "chargeback_opened": lazy("Chargeback"),
        "chargeback_won": lazy("Chargeback won"),
        "cash": lazy("Money received"),
        "cash_returned": lazy("Money returned"),
        "voucher": lazy("Voucher"),
        "deposit_taken": lazy("Deposit taken"),
        "deposit_returned": lazy("Deposit given back"),
        "prepaid_day": lazy("Prepaid use of a day"),
    },
}
