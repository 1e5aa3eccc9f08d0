"""Celery's way in."""

from celery import shared_task

from app.core.actor import SYSTEM
from app.tickets import service


@shared_task(name="tickets.close_settled")
def close_settled() -> int:
    """Beat runs this every night."""
    return service.close_settled(by=SYSTEM)
