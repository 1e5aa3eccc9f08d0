"""Business hours as forms show and send them: `09:00-13:00, 15:00-18:00` a day."""

from typing import Any

from flask import request

from app.backoffice import forms
from app.conversations.models import Inbox
from app.messaging.hours import DAYS


def shown_hours(inbox: Inbox) -> dict[str, str]:
    return {day: ", ".join("-".join(span) for span in inbox.hours.get(day, [])) for day in DAYS}


def written_hours() -> dict[str, Any]:
    """A day left empty is closed."""
    written = {day: forms.word(request.form, day) for day in DAYS}
    return {
        day: [[side.strip() for side in span.split("-")] for span in spans.split(",")]
        for day, spans in written.items()
        if spans
    }
