"""Celery's way in."""

from celery import shared_task

from app.automation.service import flows, sweeping


@shared_task(name="automation.sweep")
def sweep() -> int:
    """Beat runs this every minute: rules by time, and workflows whose wait is over."""
    return sweeping.sweep() + flows.sweep()


@shared_task(name="automation.forget")
def forget() -> int:
    """Beat runs this every night: runs of long ago."""
    return sweeping.forget()
