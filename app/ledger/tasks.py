"""Celery's way in: what bill runs wrote, what was used of prepaid credit, and the nightly proof."""

from celery import shared_task

from app.core import sums
from app.ledger import service
from app.ledger.models import LedgerSum


@shared_task(name="ledger.sweep")
def sweep() -> int:
    posted = service.sweep()
    sums.gather(LedgerSum)
    return posted


@shared_task(name="ledger.post_prepaid_days")
def post_prepaid_days() -> int:
    return service.post_prepaid_days()


@shared_task(name="ledger.prove")
def prove() -> int:
    """Returns how many differences there are."""
    return service.prove().differences
