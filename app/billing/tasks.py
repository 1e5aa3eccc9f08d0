"""Celery's way in: bills and reminders of every market, for its own today."""

from datetime import date
from uuid import UUID

from celery import shared_task

from app.billing import queries, service
from app.billing.models import BadDebtSum
from app.core import clock, sums
from app.core.actor import SYSTEM
from app.core.sweeps import one_by_one
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
    return one_by_one(_bill, _days())


@shared_task(name="billing.work_off_runs")
def work_off_runs() -> int:
    """Every few seconds: some batches of each run that was started, then the next call's turn."""
    return one_by_one(_work_off, queries.running_runs())


@shared_task(name="billing.gather")
def gather() -> int:
    """Running sums in one part each; of how many that was made."""
    return sums.gather(BadDebtSum)


@shared_task(name="billing.dun")
def dun() -> int:
    """Hourly; each step against a bill is taken once."""
    return one_by_one(_dun, _days())


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


def _days() -> list[tuple[str, date]]:
    """Each market and its own today."""
    return [(market.code, clock.today(market.timezone)) for market in all_markets()]


def _bill(market_day: tuple[str, date]) -> int:
    return service.run_cycle(*market_day, by=SYSTEM).issued


def _work_off(run_id: UUID) -> int:
    return service.work_off(run_id, by=SYSTEM, batches=BATCHES).count


def _dun(market_day: tuple[str, date]) -> int:
    return service.apply_dunning(*market_day, by=SYSTEM)
