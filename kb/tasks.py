"""Celery's way in."""

from celery import shared_task

from kb.service import reading


@shared_task(name="kb.forget_searches")
def forget_searches() -> int:
    return reading.forget_searches()
