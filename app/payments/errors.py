"""What payments refuse."""

from app.core.errors import Conflict, Invalid, Refusal, Unavailable
from app.core.i18n import lazy


class NothingToPay(Refusal):
    code = "nothing_to_pay"
    status = 409
    message = lazy("There is nothing left to pay.")


class AmountOutOfBounds(Invalid):
    code = "amount_out_of_bounds"
    message = lazy("This amount cannot be paid here.")


class NotPrepaid(Refusal):
    code = "not_prepaid"
    message = lazy("Only prepaid lines can be topped up.")


class KeyUsedDifferently(Conflict):
    code = "idempotency_key_reused"
    message = lazy("This request was already made with other details.")


class GatewayUnavailable(Unavailable):
    code = "gateway_unavailable"
    message = lazy("Payments are not available right now. Nothing was charged.")


class BadCallback(Refusal):
    """Not from the gateway, replayed, or unreadable. Says nothing about what exists."""

    code = "bad_callback"
    status = 400
    message = lazy("This call was not understood.")


class CallbackRefused(Conflict):
    """Kept, and changed nothing: it is about a payment or an amount that is not ours."""

    code = "callback_refused"
    message = lazy("This call does not match any payment.")


class NotRefundable(Refusal):
    code = "not_refundable"
    status = 409
    message = lazy("This payment cannot be refunded.")


class RefundTooLarge(Refusal):
    code = "refund_too_large"
    message = lazy("More than was paid cannot be given back.")


class NotResolvable(Refusal):
    code = "not_resolvable"
    status = 409
    message = lazy("The outcome of this payment is known.")


class TransactionKnown(Conflict):
    """The same money would count twice."""

    code = "transaction_known"
    message = lazy("This transaction belongs to another payment.")


class NothingLeft(Refusal):
    code = "nothing_left"
    message = lazy("That is more than is left of this money.")


class BadStatement(Invalid):
    """Refused whole, with the row and the reason."""

    code = "bad_statement"
    message = lazy("This statement cannot be imported.")


class VoucherNotValid(Refusal):
    """Unknown, used, expired or stopped: whoever guesses is not told which."""

    code = "voucher_not_valid"
    message = lazy("This code is not valid, or it was used already.")


class NoPlanPossible(Refusal):
    code = "no_plan_possible"
    message = lazy("There is nothing overdue that could be paid in instalments.")


class PlanOutOfBounds(Invalid):
    code = "plan_out_of_bounds"
    message = lazy("These instalments are not possible here.")


class MethodNotOffered(Invalid):
    code = "method_not_offered"
    message = lazy("This way to pay is not offered here.")


class NotAUpiAddress(Invalid):
    code = "not_a_upi_address"
    message = lazy("This is not a UPI address. It looks like name@bank.")


class MethodInUse(Refusal):
    code = "method_in_use"
    status = 409
    message = lazy("AutoPay uses this way to pay. Choose another one there first.")


class ConsentNeeded(Invalid):
    code = "consent_needed"
    message = lazy("AutoPay needs your consent to the text as it is shown.")


class AutoPayOver(Refusal):
    code = "autopay_over"
    status = 409
    message = lazy("This AutoPay was ended. Set up a new one.")


class UnknownGateway(Invalid):
    code = "unknown_gateway"
    message = lazy("This gateway does not offer this way to pay.")
