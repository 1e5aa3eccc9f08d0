"""Celery's way in: what has become due on lines, requests and numbers."""

from celery import shared_task

from app.subscriptions import service
from app.subscriptions.service import stock


@shared_task(name="subscriptions.carry_out_changes")
def carry_out_changes() -> int:
    return service.carry_out_changes()


@shared_task(name="subscriptions.expire_requests")
def expire_requests() -> int:
    return service.expire_requests()


@shared_task(name="subscriptions.recycle_numbers")
def recycle_numbers() -> int:
    """How many have rested long enough and are available again."""
    total = 0
    while recycled := stock.recycle():
        total += recycled
    return total
