"""Celery's way in: papers that wait for another try, or whose worker died."""

from celery import shared_task

from app.core.sweeps import one_by_one
from app.customers import kyc


@shared_task(name="customers.ask_about_papers")
def ask_about_papers() -> int:
    """How many were decided."""
    return one_by_one(kyc.ask, kyc.due())
