"""Celery's way in."""

from celery import shared_task

from app.conversations.service import ownership
from app.core.actor import SYSTEM
from app.tickets import service
from app.tickets.service import in_bulk, outage_work, presence, viewing


@shared_task(name="tickets.distribute")
def distribute() -> int:
    """Beat runs this every second: for offers whose time is over, for those whose time for
    themselves is, for those of whom nothing is seen, and for what those who are gone have left."""
    ownership.end_what_is_over(by=SYSTEM)
    presence.note_absent()
    service.hand_back()
    return service.distribute(by=SYSTEM)


@shared_task(name="tickets.close_settled")
def close_settled() -> int:
    """Beat runs this every night."""
    return service.close_settled(by=SYSTEM)


@shared_task(name="tickets.keep_clocks")
def keep_clocks() -> int:
    """Beat runs this every second; it goes on while there is more."""
    told = 0
    while found := service.tell_due() + service.aim_anew():
        told += found
    return told + service.take_due()


@shared_task(name="tickets.wake")
def wake() -> int:
    """Beat runs this every half minute, for those that slept until now."""
    return service.wake_due(by=SYSTEM)


@shared_task(name="tickets.work_off_outages")
def work_off_outages() -> int:
    """Beat runs this every few seconds; several at once share the work."""
    return outage_work.work_off(by=SYSTEM)


@shared_task(name="tickets.forget_undoable")
def forget_undoable() -> int:
    """Beat runs this every hour: what can no longer be undone goes."""
    return in_bulk.forget_old(by=SYSTEM) + viewing.forget_deleted(by=SYSTEM)
