"""Celery's way in: changes that are due, and requests that nobody decided."""

from celery import shared_task

from app.subscriptions import service


@shared_task(name="subscriptions.carry_out_changes")
def carry_out_changes() -> int:
    return service.carry_out_changes()


@shared_task(name="subscriptions.expire_requests")
def expire_requests() -> int:
    return service.expire_requests()
