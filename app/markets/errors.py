"""What is refused to a market."""

from app.core.errors import Conflict, Invalid, Refusal
from app.core.i18n import lazy


class NothingChanges(Refusal):
    code = "nothing_changes"
    message = lazy("These are the policies already.")


class TooEarly(Invalid):
    code = "too_early"
    message = lazy("Policies change from now on or later; what has passed was billed by the old.")


class NotTheLatest(Conflict):
    """Somebody else changed them after this screen was opened."""

    code = "not_the_latest"
    message = lazy("Somebody changed these policies in the meantime. Please look at them again.")


class NoWorkingTime(Invalid):
    """Nothing would ever fall due by it."""

    code = "no_working_time"
    message = lazy(
        "A calendar needs hours in which somebody works. For day and night, enter 00:00-24:00 on "
        "every day."
    )
