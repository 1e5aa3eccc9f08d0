"""Celery's way in: periods that end are followed by the next, silent sessions are closed, months
have their tables."""

from datetime import datetime
from functools import partial
from uuid import UUID

from celery import shared_task
from celery.utils.log import get_task_logger

from app.core import clock
from app.core.errors import Refusal
from app.core.sweeps import one_by_one
from app.subscriptions import service as subscriptions
from app.usage import arrivals, queries, service
from app.usage.service import expiry, quota

log = get_task_logger(__name__)


@shared_task(name="usage.renew_due")
def renew_due() -> int:
    """Change plans that change now, then begin what is due.

    Who could not pay is asked again once the balance covers it, and barred from outgoing use
    until then. Who has data again is as fast as before, and whose add-on has ended is not.
    """
    subscriptions.carry_out_changes()
    moment = clock.now()
    renewed = one_by_one(partial(_renew, moment=moment), queries.due_for_renewal(moment))
    expiry.block_expired()
    quota.lift_where_some_is_left()
    quota.slow_down_where_add_ons_ended()
    return renewed


def _renew(line_id: UUID, moment: datetime) -> bool:
    try:
        return service.renew(line_id, moment)
    except Refusal as refusal:
        log.info("line %s was not renewed: %s", line_id, refusal.code)
        return False


@shared_task(name="usage.expire_silent_sessions")
def expire_silent_sessions() -> int:
    return service.charging.expire_silent()


@shared_task(name="usage.forget_arrivals")
def forget_arrivals() -> int:
    return arrivals.forget()


@shared_task(name="usage.make_months")
def make_months() -> int:
    """The tables for records of the next months; how many were made."""
    return service.make_months()
