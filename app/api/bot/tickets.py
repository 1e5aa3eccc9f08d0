"""How her cases stand."""

from typing import Any

from app.api.bot import bp
from app.api.bot.asking import Answer, Asked, on_behalf
from app.core.i18n import lazy
from app.tickets import queries
from app.tickets.models import Status

_MOST = 10
_TEXTS: dict[Status, Any] = {
    Status.NEW: lazy("waiting for a person"),
    Status.OPEN: lazy("in progress"),
    Status.PENDING: lazy("waiting for your answer"),
    Status.RESOLVED: lazy("resolved"),
    Status.CLOSED: lazy("closed"),
}


@bp.get("/conversations/<uuid:conversation_id>/tickets")
@on_behalf("tickets.read")
def tickets(asked: Asked) -> Answer:
    found = queries.of_customer(asked.customer.id, limit=_MOST)
    return {
        "tickets": [
            {
                "reference": each.reference,
                "status": each.status.value,
                "status_text": str(_TEXTS[each.status]),
                "subject": each.subject,
            }
            for each in found
        ]
    }
