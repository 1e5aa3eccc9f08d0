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


class WrongApp(Refusal):
    code = "wrong_app"
    message = lazy("These are not the six digits that the new app shows now.")


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


class BadPasskey(Refusal):
    """Unknown, revoked, of somebody else, too late, or copied: which of them is not told."""

    code = "bad_passkey"
    status = 401
    message = lazy("This passkey was not accepted. Please try again, or come in another way.")


class TooManyPasskeys(Conflict):
    code = "too_many_passkeys"
    message = lazy("You have ten passkeys. Please remove one first.")


class LinkNotValid(Refusal):
    """Unknown, used, revoked or too old: which of them is not told."""

    code = "link_not_valid"
    status = 410
    message = lazy("This link is no longer valid. Please ask for a new one.")


class LastAdministrator(Conflict):
    code = "last_administrator"
    message = lazy("Somebody must remain who may manage people.")


class SignOnRefused(Refusal):
    """What the operator's sign-on said cannot be trusted, or was not asked for by this browser."""

    code = "sign_on_refused"
    status = 401
    message = lazy("Signing in with your company's account did not work. Please try again.")


class NotLinked(Refusal):
    code = "not_linked"
    status = 401
    message = lazy(
        "This company account belongs to nobody here yet. Sign in with your password and link it "
        "under “Security”."
    )


class LinkedToAnother(Conflict):
    code = "linked_to_another"
    message = lazy("This company account belongs to somebody else here.")
