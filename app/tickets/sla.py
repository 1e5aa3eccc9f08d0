"""By when a ticket must be answered and solved. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.tickets.models import Priority


@dataclass(frozen=True, slots=True)
class Promise:
    respond_by: datetime
    resolve_by: datetime


RESPOND_WITHIN = {
    Priority.URGENT: timedelta(minutes=2),
    Priority.HIGH: timedelta(minutes=5),
    Priority.NORMAL: timedelta(minutes=15),
    Priority.LOW: timedelta(minutes=60),
}
RESOLVE_WITHIN = {
    Priority.URGENT: timedelta(minutes=240),
    Priority.HIGH: timedelta(minutes=480),
    Priority.NORMAL: timedelta(minutes=1440),
    Priority.LOW: timedelta(minutes=4320),
}


def promise(priority: Priority, opened_at: datetime) -> Promise:
    """Clocks run around the clock, from the moment the ticket was opened."""
    return Promise(opened_at + RESPOND_WITHIN[priority], opened_at + RESOLVE_WITHIN[priority])


def is_late(promised: datetime, done_at: datetime | None, now: datetime) -> bool:
    """Whether it was done after its time, or is not done and its time is over."""
    return (done_at or now) > promised
