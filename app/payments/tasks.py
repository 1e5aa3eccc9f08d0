"""Celery's way in: reading undecided payments back."""

from celery import shared_task

from app.payments import service


@shared_task(name="payments.reconcile")
def reconcile() -> int:
    """Beat runs this every half minute."""
    return service.reconcile_due()
