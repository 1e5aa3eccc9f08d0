"""Celery's way in: requests that nobody decided in time."""

from celery import shared_task

from app.identity import approvals


@shared_task(name="identity.expire_approvals")
def expire_approvals() -> int:
    return approvals.expire_due()
