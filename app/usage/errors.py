"""What a balance refuses."""

from app.core.errors import Refusal
from app.core.i18n import lazy


class InsufficientBalance(Refusal):
    """Details: `balance`, `needed` (exact, as text) and `currency`."""

    code = "insufficient_balance"
    status = 402
    message = lazy("The balance is not enough for this.")


class NotPrepaid(Refusal):
    code = "not_prepaid"
    message = lazy("This line has no prepaid balance.")


class CreditExhausted(Refusal):
    """Neither an allowance nor credit is left for a session."""

    code = "insufficient_credit"
    status = 402
    message = lazy("There is no credit left for this.")


class UnknownSession(Refusal):
    code = "unknown_session"
    status = 404
    message = lazy("There is no such charging session.")


class SessionClosed(Refusal):
    code = "session_closed"
    status = 409
    message = lazy("This charging session has ended.")


class NoPriceAbroad(Refusal):
    """Details: `network`."""

    code = "no_roaming_rate"
    message = lazy("This plan has no price for use in that network.")
