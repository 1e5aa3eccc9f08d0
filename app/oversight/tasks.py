"""Celery's way in."""

from celery import shared_task

from app.oversight import report, service


@shared_task(name="oversight.look")
def look() -> int:
    return service.look_for_odd_looks()


@shared_task(name="oversight.report")
def report_month() -> bool:
    return report.make_due()
