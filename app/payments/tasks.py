"""Celery's way in: reading undecided payments back, AutoPay, and payment plans that end."""

from celery import shared_task

from app.payments import service


@shared_task(name="payments.reconcile")
def reconcile() -> int:
    """Beat runs this every half minute."""
    return service.reconcile_due()


@shared_task(name="payments.check_plans")
def check_plans() -> int:
    return service.check_plans()


@shared_task(name="payments.autopay")
def autopay() -> int:
    """Every minute: what has become due is planned, what was announced is taken at its time."""
    return service.run_autopay()
