"""Celery's way in: numbers that have rested long enough come back into stock."""

from celery import shared_task

from app.subscriptions.service import stock


@shared_task(name="subscriptions.recycle_numbers")
def recycle_numbers() -> int:
    """How many are available again."""
    total = 0
    while recycled := stock.recycle():
        total += recycled
    return total
