"""Why a refund did not reach the customer, in words. Pure.

The codes are those of docs.stripe.com/refunds (failed refunds), and `canceled`.
"""

from typing import Any

from app.core.i18n import lazy

UNKNOWN = "unknown"
WORDS: dict[str, Any] = {
    "lost_or_stolen_card": lazy("The card was reported lost or stolen."),
    "expired_or_canceled_card": lazy("The card has expired or was closed."),
    "charge_for_pending_refund_disputed": lazy(
        "The customer disputed the payment at the bank while the refund was on its way."
    ),
    "insufficient_funds": lazy("There was not enough money of ours at the payment service."),
    "declined": lazy("The customer's bank did not take the money."),
    "merchant_request": lazy("It was stopped at the payment service on our side."),
    "canceled": lazy("It was stopped at the payment service before it was paid."),
    UNKNOWN: lazy("The bank did not say why."),
}


def known(code: str | None) -> str:
    """A code that there are words for."""
    return code if code in WORDS else UNKNOWN
