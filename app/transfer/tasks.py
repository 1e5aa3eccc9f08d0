"""Celery's way in."""

from celery import shared_task

from app.transfer.service import jobs


@shared_task(name="transfer.forget")
def forget() -> int:
    """Beat runs this every night: contents of files that were brought in long ago."""
    return jobs.forget()
