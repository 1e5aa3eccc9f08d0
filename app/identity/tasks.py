"""Celery's way in: requests that nobody decided in time, and what nobody came back to."""

from celery import shared_task

from app.identity import approvals, forgetting


@shared_task(name="identity.expire_approvals")
def expire_approvals() -> int:
    return approvals.expire_due()


@shared_task(name="identity.forget_stale")
def forget_stale() -> int:
    return forgetting.forget_stale()
