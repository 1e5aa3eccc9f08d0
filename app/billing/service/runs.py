"""The billing run as an object: planned, started, stopped, continued, worked off batch by batch.

A batch is billed and marked done in one transaction. Killed anywhere, the batch waits again, and
whoever comes next does it: each account gets one invoice per period, numbers without gaps.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from uuid import UUID

import structlog
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, OperationalError

from app.audit import service as audit
from app.billing import access
from app.billing.errors import PeriodNotOver, RunInTheWay, RunNotThere
from app.billing.events import AccountNotBilled
from app.billing.models import BillRun, BillRunBatch, BillRunFailure, RunState
from app.billing.policies import policies_of
from app.billing.service import drafting, due, issuing
from app.billing.service.issuing import NOTHING, Issued
from app.core import bulk, clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound, Refusal
from app.core.ids import new_id
from app.markets.models import Market
from app.markets.queries import market as market_of

log = structlog.get_logger(__name__)

# One transaction: few statements for many accounts, and little to repeat when it is killed.
AT_ONCE = 1000
# More than two would only wait for each other's numbers.
WORKERS = 2


def plan_run(market_code: str, on: date, *, by: Actor, started: bool = False) -> BillRun:
    """Find the accounts with a period that ended by `on` and lay them out in batches.

    Nothing is billed before it is started, unless it is planned so.
    Raises PeriodNotOver for a day to come, RunInTheWay while another run of the market is there.
    """
    with db.transaction():
        market = _market(market_code, by)
        if on > clock.today(market.timezone):
            raise PeriodNotOver
        run_id = new_id()
        statement = insert(BillRun).values(
            id=run_id,
            market_code=market_code,
            day=on,
            state=RunState.RUNNING if started else RunState.PLANNED,
            accounts=0,
            planned_by=by.name,
            planned_at=clock.now(),
            started_at=clock.now() if started else None,
        )
        if not db.session.scalars(statement.on_conflict_do_nothing().returning(BillRun.id)).all():
            raise RunInTheWay
        run = db.session.get_one(BillRun, run_id)
        run.accounts = _lay_out(run.id, market, on)
        audit.record(by, "bill_run.planned", "bill_run", run.id, market=market_code, day=on)
    return run


def start_run(run_id: UUID, *, by: Actor) -> BillRun:
    """From planned, stopped or failed: workers take its batches from now on."""
    with db.transaction():
        run = access.run_for(by, run_id, "billing.run", lock=True)
        if run.state not in {RunState.PLANNED, RunState.STOPPED, RunState.FAILED}:
            raise RunNotThere
        before = run.state
        run.state, run.fault = RunState.RUNNING, None
        run.started_at = run.started_at or clock.now()
        audit.record(by, "bill_run.started", "bill_run", run.id, state=(before, run.state))
    return run


def stop_run(run_id: UUID, *, by: Actor) -> BillRun:
    """Batches being worked on are finished, the others wait."""
    with db.transaction():
        run = access.run_for(by, run_id, "billing.run", lock=True)
        if run.state is not RunState.RUNNING:
            raise RunNotThere
        run.state = RunState.STOPPED
        audit.record(by, "bill_run.stopped", "bill_run", run.id)
    return run


def discard_run(run_id: UUID, *, by: Actor) -> None:
    """Forget a run that was planned and never started."""
    with db.transaction():
        run = access.run_for(by, run_id, "billing.run", lock=True)
        if run.state is not RunState.PLANNED:
            raise RunNotThere
        audit.record(by, "bill_run.discarded", "bill_run", run.id)
        db.session.execute(delete(BillRun).where(BillRun.id == run.id))


def retry_failures(run_id: UUID, *, by: Actor) -> BillRun:
    """Bill the accounts that failed once more. Raises RunInTheWay while another run is there."""
    with db.transaction():
        run = access.run_for(by, run_id, "billing.run", lock=True)
        failed = select(BillRunFailure.account_id).where(
            BillRunFailure.run_id == run.id, BillRunFailure.resolved_at.is_(None)
        )
        account_ids = db.session.scalars(failed.order_by(BillRunFailure.account_id)).all()
        if not account_ids or run.state is RunState.RUNNING:
            raise RunNotThere
        # Each of them stands alone in its batch: it was cut out until it did.
        alone = BillRunBatch.account_ids[1].in_(account_ids)
        db.session.execute(
            update(BillRunBatch)
            .where(
                BillRunBatch.run_id == run.id,
                func.cardinality(BillRunBatch.account_ids) == 1,
                alone,
            )
            .values(done=False)
        )
        run.state, run.ended_at = RunState.RUNNING, None
        try:
            db.session.flush()
        except IntegrityError:
            raise RunInTheWay from None
        audit.record(by, "bill_run.retried", "bill_run", run.id, accounts=len(account_ids))
    return run


def work_off(run_id: UUID, *, by: Actor, batches: int | None = None) -> Issued:
    """Bill so many batches that wait, or all; what this call issued. At most WORKERS at once.

    An account that cannot be billed does not stop the others: its batch is cut in halves until
    it stands alone, and is listed with the reason.
    """
    by.must("billing.run")
    issued, left = NOTHING, batches
    if not _policies_are_readable(run_id):
        return NOTHING
    while left is None or left > 0:
        made = _next_batch(run_id, by)
        if made is None:
            break
        issued += made
        left = None if left is None else left - 1
    _finish(run_id)
    return issued


def _next_batch(run_id: UUID, by: Actor) -> Issued | None:
    """None when none waits that nobody works on."""
    batch_id: int | None = None
    try:
        with db.transaction():
            batch, run = _claim(run_id)
            if batch is None or run is None:
                return None
            batch_id = batch.id
            issued = _bill(batch, run, by)
            batch.done, batch.issued, batch.amount = True, issued.count, issued.amount
            _resolve(run.id, batch.account_ids)
    except OperationalError:
        raise  # the database is away or two met in a ring: nothing is wrong with the accounts
    except Exception as error:
        if batch_id is None:
            raise
        log.warning("bill_run_batch_failed", batch_id=batch_id, exc_info=error)
        _set_apart(batch_id, error)
        return NOTHING
    return issued


def _claim(run_id: UUID) -> tuple[BillRunBatch | None, BillRun | None]:
    run = db.session.get(BillRun, run_id, populate_existing=True)
    if run is None or run.state is not RunState.RUNNING or not _has_a_place(run_id):
        return None, None
    query = (
        select(BillRunBatch)
        .where(BillRunBatch.run_id == run_id, BillRunBatch.done.is_(False))
        .order_by(BillRunBatch.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(query), run


def _has_a_place(run_id: UUID) -> bool:
    """One of the places for workers at this run, until the transaction ends."""
    places = (run_id.int % 2**62 + place for place in range(WORKERS))
    return any(db.session.scalar(select(func.pg_try_advisory_xact_lock(each))) for each in places)


def _policies_are_readable(run_id: UUID) -> bool:
    """A market whose rules cannot be read fails the run, not each account of it."""
    with db.transaction():
        run = db.session.get(BillRun, run_id, populate_existing=True)
        if run is None or run.state is not RunState.RUNNING:
            return False
        try:
            policies_of(market_of(run.market_code))
        except Invalid as refusal:
            run.state = RunState.FAILED
            run.fault = f"{refusal.code}: {refusal.details.get('field')}"
            return False
    return True


def _bill(batch: BillRunBatch, run: BillRun, by: Actor) -> Issued:
    market = market_of(run.market_code)
    accounts = drafting.payers(batch.account_ids, lock=True)
    issued = NOTHING
    for jobs in drafting.rounds(due.jobs(market, run.day, batch.account_ids)):
        issued += issuing.bill(jobs, accounts, market, by)
    return issued


def _set_apart(batch_id: int, error: Exception) -> None:
    with db.transaction():
        batch = db.session.get(BillRunBatch, batch_id, with_for_update=True, populate_existing=True)
        if batch is None or batch.done:
            return
        ids = batch.account_ids
        if len(ids) == 1:
            _note_failure(batch.run_id, ids[0], error)
            batch.done = True
            return
        middle = len(ids) // 2
        batch.account_ids = ids[:middle]
        bulk.insert(BillRunBatch, [_batch(batch.run_id, ids[middle:])])


def _note_failure(run_id: UUID, account_id: UUID, error: Exception) -> None:
    fault = error.code if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
    statement = insert(BillRunFailure).values(
        run_id=run_id,
        account_id=account_id,
        fault=fault[:500],
        attempts=1,
        failed_at=clock.now(),
    )
    again = {
        "fault": statement.excluded.fault,
        "attempts": BillRunFailure.attempts + 1,
        "failed_at": statement.excluded.failed_at,
        "resolved_at": None,
    }
    keys = [BillRunFailure.run_id, BillRunFailure.account_id]
    db.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=again))
    events.announce(AccountNotBilled(run_id, account_id, fault[:500]))


def _resolve(run_id: UUID, account_ids: Sequence[UUID]) -> None:
    if len(account_ids) > 1:
        return  # a failure is tried again alone
    db.session.execute(
        update(BillRunFailure)
        .where(BillRunFailure.run_id == run_id, BillRunFailure.account_id == account_ids[0])
        .values(resolved_at=clock.now())
    )


def _finish(run_id: UUID) -> None:
    """Whoever finds nothing left, not even in somebody's hands, closes the run."""
    waiting = exists().where(BillRunBatch.run_id == run_id, BillRunBatch.done.is_(False))
    with db.transaction():
        db.session.execute(
            update(BillRun)
            .where(BillRun.id == run_id, BillRun.state == RunState.RUNNING, ~waiting)
            .values(state=RunState.DONE, ended_at=clock.now())
        )


def _lay_out(run_id: UUID, market: Market, on: date) -> int:
    found = (jobs[0].account_id for jobs in due.jobs(market, on))
    accounts = 0
    while ids := list(islice(found, AT_ONCE)):
        bulk.insert(BillRunBatch, [_batch(run_id, ids)])
        accounts += len(ids)
    return accounts


def _batch(run_id: UUID, account_ids: Sequence[UUID]) -> dict[str, object]:
    return {
        "run_id": run_id,
        "account_ids": account_ids,
        "done": False,
        "issued": 0,
        "amount": Decimal(0),
    }


def _market(market_code: str, by: Actor) -> Market:
    by.must("billing.run")
    market = market_of(market_code)
    if not by.sees_market(market_code):
        raise NotFound(market=market_code)
    return market
