"""Why a payment was declined: in words, and whether trying again makes sense. Pure."""

from typing import Any

from app.core.i18n import lazy

WORDS: dict[str, Any] = {
    "card_declined": lazy("The bank declined the card."),
    "insufficient_funds": lazy("There was not enough money on the card."),
    "expired_card": lazy("The card has expired."),
    "do_not_honor": lazy("The bank did not allow the payment."),
    "issuer_unavailable": lazy("The bank did not answer."),
    "suspected_fraud": lazy("The bank suspects fraud."),
    "stolen_card": lazy("The card was reported stolen."),
    "lost_card": lazy("The card was reported lost."),
    "pickup_card": lazy("The bank has withdrawn the card."),
    "authentication_required": lazy("The bank wants this payment to be confirmed first."),
    "declined_by_payer": lazy("The request was declined in the app."),
    "mandate_revoked": lazy("The mandate was ended at the bank."),
    "expired": lazy("The time to pay is over."),
    "gateway_refused": lazy("The payment service did not accept it."),
    "over_limit": lazy("It is more than the limit that was set for AutoPay."),
    "second_factor": lazy("Above 15,000 INR a UPI payment must be confirmed each time."),
    "window": lazy("UPI debits run before 10:00, from 13:00 to 17:00 and after 21:30."),
    "under_way": lazy("Another payment of the same bill is under way."),
    "paid": lazy("It was paid in another way."),
    "ended": lazy("AutoPay was ended before."),
    "held": lazy("It is disputed, or promised in a payment plan."),
    "line_closed": lazy("The line was closed before."),
}

# The bank will say the same tomorrow, and trying again looks like fraud.
_FOR_GOOD = frozenset(
    {
        "stolen_card",
        "lost_card",
        "pickup_card",
        "suspected_fraud",
        "fraudulent",
        "expired_card",
        "mandate_revoked",
        "revocation_of_authorization",
        "revocation_of_all_authorizations",
        "account_closed",
    }
)


def is_final(code: str | None) -> bool:
    """Whether this method is of no more use, so that trying again is pointless."""
    return code in _FOR_GOOD
