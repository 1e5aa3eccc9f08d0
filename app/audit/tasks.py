"""Celery's way in."""

from celery import shared_task

from app.audit import checkpoints, pruning


@shared_task(name="audit.checkpoint")
def checkpoint() -> bool:
    return checkpoints.take() is not None


@shared_task(name="audit.make_months")
def make_months() -> int:
    return pruning.make_months()
