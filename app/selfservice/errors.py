"""What self-service refuses."""

from app.core.errors import Conflict, Forbidden, Invalid, Refusal, TooMany, Unavailable
from app.core.i18n import lazy


class WeakPin(Invalid):
    code = "weak_pin"
    message = lazy("Choose 4 to 8 digits that are not easy to guess.")


class WrongPin(Refusal):
    code = "wrong_pin"
    message = lazy("That PIN is not right.")


class PinLocked(TooMany):
    code = "pin_locked"
    message = lazy("Your PIN is locked. Choose a new one in My account, or talk to a person.")


class NoPin(Refusal):
    code = "no_pin"
    message = lazy("You have no PIN yet. Choose one in My account, or talk to a person.")


class NotNow(Unavailable):
    """What we remember of dialogues is away, or somebody else holds this one too long."""

    code = "not_now"
    message = lazy("We cannot help you just now. Please try again in some minutes.")


class SameCity(Conflict):
    code = "same_city"
    message = lazy("That is the city on your account already.")


class CallGoesOn(Conflict):
    code = "call_goes_on"
    message = lazy("The call is not over yet.")


class AlreadyWrappedUp(Conflict):
    code = "already_wrapped_up"
    message = lazy("It is already noted how this call ended.")


class NobodyToCall(Refusal):
    code = "nobody_to_call"
    message = lazy("There is no number that can be called from here.")


class NumberNeeded(Invalid):
    code = "number_needed"
    message = lazy("At which number shall we call you?")


class CallFailed(Unavailable):
    code = "call_failed"
    message = lazy("The call could not be made. Please try again.")


class NoCall(Conflict):
    code = "no_call"
    message = lazy("There is no call in this conversation just now.")


class NotVerified(Forbidden):
    code = "not_verified"
    message = lazy("We need to know who you are first. Please sign in.")


class ProposalExpired(Conflict):
    code = "proposal_expired"
    message = lazy("This offer is no longer valid. Please ask for a new one.")


class ProposalOutdated(Conflict):
    """What she agreed to is no longer what would happen."""

    code = "proposal_outdated"


class ProposalUnderWay(Conflict):
    """The same acceptance is being carried out at this moment."""

    code = "proposal_under_way"
    message = lazy("We are already on it. Please wait a moment.")
