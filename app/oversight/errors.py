"""What working off alerts refuses."""

from app.core.errors import Refusal
from app.core.i18n import lazy


class AlertDecided(Refusal):
    code = "alert_decided"
    status = 409
    message = lazy("Somebody has decided about this already.")


class OwnAlert(Refusal):
    code = "own_alert"
    status = 403
    message = lazy("Nobody decides about her own looks at data.")


class NoteNeeded(Refusal):
    code = "note_needed"
    status = 400
    message = lazy("Say in a sentence what you found out.")
