"""What billing refuses."""

from app.core.errors import Conflict, Invalid, Refusal
from app.core.i18n import lazy


class NothingToCredit(Refusal):
    code = "nothing_to_credit"
    message = lazy("These days have been credited already, or none were paid for.")


class DepositReturned(Conflict):
    code = "deposit_returned"
    message = lazy("This deposit has been given back already.")


class DepositInUse(Refusal):
    code = "deposit_in_use"
    message = lazy("A deposit is given back when every line of the account is closed.")


class MayNotLeave(Refusal):
    """Details: `rules` names every rule that is against it, as in billing.porting."""

    code = "may_not_leave"
    message = lazy("This number cannot move to another operator now.")


class TooLateToStay(Conflict):
    code = "too_late_to_stay"
    message = lazy("The time to take this move back is over.")


class QuoteExpired(Conflict):
    code = "quote_expired"
    message = lazy("This offer is no longer valid. Please ask for a new one.")


class NothingToBill(Refusal):
    code = "nothing_to_bill"
    message = lazy("There is nothing to bill for this period.")


class PeriodNotOver(Invalid):
    code = "period_not_over"
    message = lazy("This period has not ended yet.")


class CreditTooLarge(Refusal):
    code = "credit_too_large"
    message = lazy("Credit notes cannot exceed the invoice.")


class InvoiceWrittenOff(Conflict):
    code = "invoice_written_off"
    message = lazy("This invoice is written off. Undo that first.")


class AccountInUse(Refusal):
    code = "account_in_use"
    message = lazy("Only what a closed account owes is written off; this one has a line.")


class NothingOwed(Refusal):
    code = "nothing_owed"
    message = lazy("This account owes nothing.")


class OwesOtherwise(Conflict):
    """Details: `owed` now."""

    code = "owes_otherwise"
    message = lazy("What this account owes has changed. Please look again.")


class DebtDisputed(Conflict):
    code = "debt_disputed"
    message = lazy("A charge of this account is disputed. Decide about that first.")


class NothingWrittenOff(Conflict):
    code = "nothing_written_off"
    message = lazy("Nothing of this account is written off.")


class NothingToTakeBack(Conflict):
    code = "nothing_to_take_back"
    message = lazy("This money has already been used.")


class RunInTheWay(Conflict):
    code = "run_in_the_way"
    message = lazy("Another billing run of this market is not finished yet.")


class RunNotThere(Conflict):
    """It is not in the state that this can be done in."""

    code = "run_not_there"
    message = lazy("The billing run has moved on in the meantime.")


class AlreadyDisputed(Conflict):
    code = "already_disputed"
    message = lazy("This charge is disputed already.")


class DisputeTooLarge(Refusal):
    code = "dispute_too_large"
    message = lazy("A dispute cannot be about more than the charge.")


class DisputeDecided(Conflict):
    code = "dispute_decided"
    message = lazy("This dispute has been decided already.")
