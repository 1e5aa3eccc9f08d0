"""What can be done to a ticket, one module a topic; called as `tickets.service.accept`."""

from app.tickets.service.assignment import accept, transfer
from app.tickets.service.lifecycle import (
    change_priority,
    close_settled,
    reopen,
    resolve,
    set_pending,
)
from app.tickets.service.opening import open, requeue  # noqa: A004 - a ticket is opened

__all__ = [
    "accept",
    "change_priority",
    "close_settled",
    "open",
    "reopen",
    "requeue",
    "resolve",
    "set_pending",
    "transfer",
]
