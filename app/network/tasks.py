"""Celery's way in: orders that wait for another try, or whose worker died."""

from celery import shared_task

from app.core import clock
from app.core.sweeps import one_by_one
from app.network import queries, service


@shared_task(name="network.carry_out_due")
def carry_out_due() -> int:
    """How many were done."""
    return one_by_one(service.carry_out, queries.due_orders(clock.now()))


@shared_task(name="network.follow_port_ins")
def follow_port_ins() -> int:
    return service.follow_port_ins()
