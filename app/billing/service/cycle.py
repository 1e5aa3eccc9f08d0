"""Billing by itself: a whole market for a day, or one account for a period. Safe to repeat."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from app.billing.errors import NothingToBill, PeriodNotOver, RunInTheWay
from app.billing.models import BillRun, BillRunBatch, BillRunFailure, Invoice, RunState
from app.billing.periods import period_containing
from app.billing.service import drafting, issuing, runs
from app.billing.service.due import Job
from app.billing.service.issuing import NOTHING, Issued
from app.core import clock, db
from app.core.actor import Actor
from app.core.money import Money
from app.customers.access import account_for
from app.markets.queries import market as market_of


@dataclass(frozen=True, slots=True)
class RunResult:
    """What one run issued; nothing when everything was billed before."""

    market_code: str
    on: date
    issued: int
    total: Money


def run_cycle(market_code: str, on: date, *, by: Actor) -> RunResult:
    """Bill every period that ended by `on`, a day of the market, also those missed before.

    Killed anywhere and run again, or run twice at once, it gives the same invoices. A run that
    is on its way is helped to its end first; one that somebody planned or stopped is theirs.
    Raises PeriodNotOver when the day is still to come.
    """
    issued, run = NOTHING, None
    while run is None:
        try:
            run = runs.plan_run(market_code, on, by=by, started=True)
        except RunInTheWay:
            helped = _help(market_code, by)
            if helped is None:
                break
            issued += helped
    if run is not None:
        issued += runs.work_off(run.id, by=by)
        _forget_when_empty(run.id)
    currency = market_of(market_code).currency
    return RunResult(market_code, on, issued.count, Money(issued.amount, currency))


def issue_invoice(account_id: UUID, period_end: date, *, by: Actor) -> Invoice:
    """Bill one account for the period that ended with `period_end`, half-open.

    The same again gives the same invoice. Raises PeriodNotOver when none ended then, NothingToBill.
    """
    with db.transaction():
        account = account_for(by, account_id, "billing.run")
        market = account.market
        period = period_containing(period_end - timedelta(days=1), account.billing_day)
        if period.end != period_end or period_end > clock.today(market.timezone):
            raise PeriodNotOver
        payers = drafting.payers([account.id], lock=True)
        query = select(Invoice).where(
            Invoice.account_id == account_id, Invoice.period_start == period.start
        )
        invoice = db.session.scalar(query)
        if invoice is None:
            job = Job(account.id, account.billing_day, period)
            issuing.bill([job], payers, market, by)
            invoice = db.session.scalar(query)
        if invoice is None:
            raise NothingToBill
    return invoice


def _help(market_code: str, by: Actor) -> Issued | None:
    """What was added to a run that is on its way; None when it is not, or in others' hands."""
    run = _unfinished(market_code)
    if run is None:
        return NOTHING
    if run.state is not RunState.RUNNING:
        return None
    issued = runs.work_off(run.id, by=by)
    return issued if issued.count or _unfinished(market_code) is None else None


def _unfinished(market_code: str) -> BillRun | None:
    query = select(BillRun).where(
        BillRun.market_code == market_code, BillRun.state != RunState.DONE
    )
    with db.transaction():
        return db.session.scalar(query.execution_options(populate_existing=True))


def _forget_when_empty(run_id: UUID) -> None:
    """The hourly run mostly finds nothing, and says nothing then."""
    batches = select(BillRunBatch.id).where(
        BillRunBatch.run_id == run_id, (BillRunBatch.issued > 0) | BillRunBatch.done.is_(False)
    )
    failures = select(BillRunFailure.account_id).where(BillRunFailure.run_id == run_id)
    with db.transaction():
        db.session.execute(
            delete(BillRun).where(
                BillRun.id == run_id,
                BillRun.state == RunState.DONE,
                ~batches.exists(),
                ~failures.exists(),
            )
        )
