"""Celery's way in."""

from celery import shared_task

from app.search import service


@shared_task(name="search.follow")
def follow() -> int:
    """Beat runs this every two seconds; several at once share what there is to tell."""
    return service.follow()
