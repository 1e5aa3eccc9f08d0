"""What mediation refuses."""

from collections.abc import Sequence

from app.core.errors import Conflict, Refusal
from app.core.i18n import lazy


class UnknownSource(Refusal):
    code = "unknown_source"
    status = 404
    message = lazy("There is no layout for this source.")


class BadLayout(Refusal):
    """Details: `faults`, a few words each."""

    code = "bad_layout"
    status = 400

    def __init__(self, faults: Sequence[str]) -> None:
        told = lazy("This layout cannot be used: %(faults)s", faults="; ".join(faults))
        super().__init__(told, faults=list(faults))
        self.faults = faults


class LayoutChanged(Conflict):
    code = "layout_changed"
    message = lazy("Somebody else has changed this layout in the meantime.")


class TooMuchAtOnce(Refusal):
    code = "too_much_at_once"
    status = 413
    message = lazy("That is too much at once. Send it as a file.")


class AlreadyDecided(Conflict):
    """Details: `by` and `decision`."""

    code = "already_decided"
    message = lazy("Somebody else has decided this in the meantime.")


class CannotBeAccepted(Refusal):
    code = "cannot_be_accepted"
    message = lazy("A record like this cannot be accepted as it is. Correct or reject it.")


class CannotBeCorrected(Refusal):
    code = "cannot_be_corrected"
    message = lazy("This is not one record that could be corrected. Accept or reject it.")


class StillRefused(Refusal):
    """Details: `reason`, and `field` where there is one."""

    code = "still_refused"
    message = lazy("The record is still not sound.")
