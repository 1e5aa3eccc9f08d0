"""Celery's way in: bills and reminders of every market, for its own today."""

from celery import shared_task

from app.billing import queries, service
from app.billing.models import BadDebtSum
from app.core import clock, sums
from app.core.actor import SYSTEM
from app.markets.queries import all_markets
from app.subscriptions import service as subscriptions

# Far less than a task may take, so that a worker that is told to end can.
BATCHES = 5


@shared_task(name="billing.run")
def run() -> int:
    """Hourly: each market is billed soon after its midnight, and what was missed is made up.

    Plans that change with the month change before they are billed for the next one.
    """
    subscriptions.carry_out_changes()
    days = [(market.code, clock.today(market.timezone)) for market in all_markets()]
    return sum(service.run_cycle(code, today, by=SYSTEM).issued for code, today in days)


@shared_task(name="billing.work_off_runs")
def work_off_runs() -> int:
    """Every few seconds: some batches of each run that was started, then the next call's turn."""
    running = queries.running_runs()
    return sum(service.work_off(each, by=SYSTEM, batches=BATCHES).count for each in running)


@shared_task(name="billing.gather")
def gather() -> int:
    """Running sums in one part each; of how many that was made."""
    return sums.gather(BadDebtSum)


@shared_task(name="billing.dun")
def dun() -> int:
    """Hourly; each step against a bill is taken once."""
    days = [(market.code, clock.today(market.timezone)) for market in all_markets()]
    return sum(service.apply_dunning(code, today, by=SYSTEM) for code, today in days)


@shared_task(name="billing.disconnect")
def disconnect() -> int:
    """Lines that leave today, and those that nobody has used for long."""
    service.sweep_inactive(by=SYSTEM)
    return service.carry_out_disconnections(by=SYSTEM)


@shared_task(name="billing.transfer")
def transfer() -> int:
    """Lines that move to another account today."""
    return service.carry_out_transfers(by=SYSTEM)


@shared_task(name="billing.port_out")
def port_out() -> int:
    """Hear what other operators ask for, and hand over what is due."""
    service.expire_codes()
    service.take_requests()
    return service.hand_over_due()
