"""What self-service refuses."""

from app.core.errors import Invalid, Refusal, TooMany, Unavailable
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
