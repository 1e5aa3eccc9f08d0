"""What signing in refuses. Unknown and known accounts are refused alike."""

from app.core.errors import Conflict, Refusal, TooMany
from app.core.i18n import lazy


class BadCredentials(Refusal):
    code = "bad_credentials"
    status = 401
    message = lazy("The e-mail address or the password is not right.")


class BadCode(Refusal):
    code = "bad_code"
    status = 401
    message = lazy("That code is not right, or it was used already.")


class Locked(TooMany):
    code = "locked"
    message = lazy("Too many failed attempts. Please wait some minutes and try again.")


class WrongCode(Refusal):
    """Wrong, used, too old or tried too often: which of them is not told."""

    code = "wrong_code"
    message = lazy("That code is not right or no longer valid. Please ask for a new one.")


class TooManyCodes(TooMany):
    code = "too_many_codes"
    message = lazy("We have sent several codes already. Please wait an hour.")


class StepUpNeeded(Refusal):
    """Details: `action`, `object_id`, and `amount` and `currency` where there are any."""

    code = "step_up_needed"
    status = 428
    message = lazy("Please confirm that it is you.")


class ApprovalNeeded(Refusal):
    """Details: `limit`, what the doer may do alone."""

    code = "approval_needed"
    status = 409
    message = lazy("A second person must approve this amount.")


class OwnRequest(Refusal):
    code = "own_request"
    status = 409
    message = lazy("Somebody else must decide about your own request.")


class AlreadyDecided(Conflict):
    code = "already_decided"
    message = lazy("This request is already decided, or it has expired.")
