"""Celery's way in."""

from celery import shared_task

from app.assist import service
from app.core.actor import SYSTEM
from app.core.turns import alone


@shared_task(name="assist.learn")
def learn() -> int:
    """Beat runs this every day, and a supervisor may have it run at once. Returns how many
    versions were made."""
    with alone(b"assist.learn") as taken:
        return len(service.train(by=SYSTEM)) if taken else 0
