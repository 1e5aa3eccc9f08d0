"""Celery's way in: periods that end are followed by the next, and months have their tables."""

from celery import shared_task
from celery.utils.log import get_task_logger

from app.core import clock
from app.core.errors import Refusal
from app.usage import queries, service

log = get_task_logger(__name__)


@shared_task(name="usage.renew_due")
def renew_due() -> int:
    """Begin what is due. Who could not pay is asked again once the balance covers it."""
    moment = clock.now()
    renewed = 0
    for line_id in queries.due_for_renewal(moment):
        try:
            renewed += service.renew(line_id, moment)
        except Refusal as refusal:
            log.info("line %s was not renewed: %s", line_id, refusal.code)
    return renewed


@shared_task(name="usage.make_months")
def make_months() -> int:
    """The tables for records of the next months; how many were made."""
    return service.make_months()
