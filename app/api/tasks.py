"""Celery's way in: answers that nobody will ask for again."""

from celery import shared_task

from app.api import idempotency


@shared_task(name="api.forget_answers")
def forget_answers() -> int:
    """How many were dropped."""
    return idempotency.forget()
