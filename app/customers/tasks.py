"""Celery's way in: papers that wait for another try, or whose worker died."""

from celery import shared_task

from app.customers import kyc


@shared_task(name="customers.ask_about_papers")
def ask_about_papers() -> int:
    """How many were decided."""
    return sum(kyc.ask(check_id) for check_id in kyc.due())
