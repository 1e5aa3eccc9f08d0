"""What beat runs, and how often in seconds. Tasks are named, so this imports nothing of ours."""

from typing import Any

MINUTE = 60.0
HOUR = 60 * MINUTE


def every(seconds: float, task: str) -> dict[str, Any]:
    """A run that waited longer than its period is not worth running: the next one comes."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep the outbox": every(2, "outbox.sweep"),
    "hand over who waits for a silent bot": every(1, "conversations.hand_over_the_waiting"),
    "drop uploads nobody sent": every(HOUR, "conversations.drop_unsent_uploads"),
    "begin periods": every(MINUTE, "usage.renew_due"),
    "make tables for usage": every(24 * HOUR, "usage.make_months"),
    "try network orders again": every(15, "network.carry_out_due"),
    "bill": every(HOUR, "billing.run"),
    "dun": every(HOUR, "billing.dun"),
    "read payments back": every(30, "payments.reconcile"),
    "close what is settled": every(24 * HOUR, "tickets.close_settled"),
}
