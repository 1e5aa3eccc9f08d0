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
