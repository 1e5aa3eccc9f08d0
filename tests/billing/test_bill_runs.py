"""The run as an object: planned, stopped, continued, failing in one account, killed anywhere."""

import multiprocessing
import os
import random
import signal
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, select

from app.billing import queries, service, tasks
from app.billing.errors import RunInTheWay, RunNotThere
from app.billing.events import InvoiceIssued
from app.billing.models import (
    BillRun,
    BillRunBatch,
    BillRunFailure,
    CreditNote,
    DebitNote,
    Invoice,
    RunState,
)
from app.billing.service import runs
from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.core.money import Money
from tests.billing.committed import at_once
from tests.billing.conftest import listen, noon, on
from tests.factories.actors import agent, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.processes import kill_at

APRIL = date(2026, 4, 1)
BILLING = staff("billing_administrator", name="Bill Okafor")


def accounts(count, **more):
    version = OfferVersionFactory(price=Decimal("299.00"))
    return [
        line_with_plan(version, account=AccountFactory(**more), activated_at=noon(2026, 3, 1))
        for _ in range(count)
    ]


@pytest.fixture
def in_twos(monkeypatch):
    monkeypatch.setattr(runs, "AT_ONCE", 2)


@pytest.fixture
def april():
    with on(2026, 4, 2):
        yield


def numbers():
    return sorted(db.session.scalars(select(Invoice.number)))


def test_a_plan_bills_nobody_before_it_is_started(database, april, in_twos):
    accounts(5)

    run = service.plan_run("MX", APRIL, by=BILLING)

    assert service.work_off(run.id, by=SYSTEM).count == 0
    assert (run.state, run.accounts, numbers()) == (RunState.PLANNED, 5, [])


def test_a_run_that_was_stopped_goes_on_where_it_was(database, april, in_twos):
    accounts(5)
    run = service.plan_run("MX", APRIL, by=BILLING)
    service.start_run(run.id, by=BILLING)
    service.work_off(run.id, by=SYSTEM, batches=1)
    service.stop_run(run.id, by=BILLING)

    assert service.work_off(run.id, by=SYSTEM).count == 0
    halfway = queries.progress_of([run.id])[run.id]
    service.start_run(run.id, by=BILLING)
    service.work_off(run.id, by=SYSTEM)
    end = queries.progress_of([run.id])[run.id]

    assert (halfway.done, halfway.issued) == (2, 2)
    assert (end.done, end.issued, end.amount) == (5, 5, 5 * Decimal("598.00"))
    assert (run.state, len(numbers())) == (RunState.DONE, 5)


def test_workers_take_the_batches_of_what_was_started(database, april, in_twos):
    accounts(5)
    run = service.plan_run("MX", APRIL, by=BILLING)

    assert tasks.work_off_runs() == 0
    service.start_run(run.id, by=BILLING)
    assert tasks.work_off_runs() == 5
    assert queries.running_runs() == []


def test_a_market_has_one_unfinished_run_and_the_hourly_one_leaves_it_alone(database, april):
    accounts(2)
    service.plan_run("MX", APRIL, by=BILLING)

    with pytest.raises(RunInTheWay):
        service.plan_run("MX", APRIL, by=BILLING)
    assert service.run_cycle("MX", APRIL, by=SYSTEM).issued == 0


def test_an_hourly_run_that_found_nothing_leaves_no_trace(database, april):
    accounts(2)

    issued = [service.run_cycle("MX", APRIL, by=SYSTEM).issued for _ in range(2)]

    assert issued == [2, 0]
    assert len(db.session.scalars(select(BillRun)).all()) == 1


def test_what_is_done_in_the_wrong_state_is_refused(database, april):
    accounts(1)
    run = service.plan_run("MX", APRIL, by=BILLING)

    with pytest.raises(RunNotThere):
        service.stop_run(run.id, by=BILLING)
    with pytest.raises(RunNotThere):
        service.retry_failures(run.id, by=BILLING)
    service.discard_run(run.id, by=BILLING)
    assert db.session.scalars(select(BillRunBatch)).all() == []


@pytest.mark.parametrize(
    ("by", "refusal"),
    [(agent(), Forbidden), (staff("billing_administrator", markets=["BR"]), NotFound)],
)
def test_who_may_not_run_bills(database, april, by, refusal):
    MarketFactory()
    run = service.plan_run("MX", APRIL, by=BILLING)

    with pytest.raises(refusal):
        service.plan_run("MX", APRIL, by=by)
    with pytest.raises(refusal):
        service.start_run(run.id, by=by)


def test_an_account_that_cannot_be_billed_is_listed_and_the_others_are_billed(database, april):
    lines = accounts(9)
    broken = lines[4].account_id

    def refuse_one(said):
        if said.account_id == broken:
            raise ValueError("no ledger for it")

    listen(in_transaction={InvoiceIssued: [refuse_one]})
    run = service.plan_run("MX", APRIL, by=BILLING, started=True)
    service.work_off(run.id, by=SYSTEM)
    [failure] = db.session.scalars(select(BillRunFailure)).all()
    assert (failure.account_id, failure.fault) == (broken, "ValueError: no ledger for it")
    assert (run.state, len(numbers())) == (RunState.DONE, 8)

    listen()
    service.retry_failures(run.id, by=BILLING)
    service.work_off(run.id, by=SYSTEM)
    db.session.refresh(failure)

    assert failure.resolved_at is not None
    assert numbers() == [f"INV-MX-2026-{n:06d}" for n in range(1, 10)]


def test_a_market_whose_rules_cannot_be_read_fails_the_run_and_no_account(database, april):
    accounts(3)
    run = service.plan_run("MX", APRIL, by=BILLING, started=True)
    MarketFactory().policies = {"money_rounding": "sideways"}
    db.session.commit()

    service.work_off(run.id, by=SYSTEM)

    assert run.state is RunState.FAILED
    assert "money_rounding" in run.fault
    assert db.session.scalars(select(BillRunFailure)).all() == []


def test_a_run_killed_anywhere_and_run_again_bills_each_period_once(committing):
    for day in (1, 2, 3, 15, 31):
        accounts(3, billing_day=day)
    address = db.factory.kw["bind"].url.render_as_string(hide_password=False)
    db.session.remove()
    chance, kills = random.Random(), 0

    while (left := _in_a_process(address, dies_at=chance.randint(1, 90))) != 0:
        assert left == -signal.SIGKILL
        kills += 1
        if kills == 12:
            assert _in_a_process(address, dies_at=0) == 0
            break
    assert kills > 2, "it was killed on the way"

    billed = db.session.execute(select(Invoice.account_id, Invoice.period_start)).all()
    assert numbers() == [f"INV-MX-2026-{n:06d}" for n in range(1, len(billed) + 1)]
    # Of March up to the 10th of April: two periods for who is billed on the 2nd and 3rd.
    assert len(set(billed)) == len(billed) == 3 * (1 + 2 + 2 + 1 + 1)
    assert db.session.scalars(select(BillRunBatch.id).where(~BillRunBatch.done)).all() == []


def _in_a_process(address, *, dies_at):
    """Run to the end, or until so many statements and commits; how the process ended."""
    process = multiprocessing.get_context("fork").Process(
        target=_bill, args=(address, dies_at), daemon=True
    )
    process.start()
    process.join()
    return process.exitcode


def _bill(address, dies_at):
    engine = create_engine(address)
    kill_at(engine, dies_at)
    db.session.registry.clear()
    db.factory.configure(bind=engine)
    runs.AT_ONCE = 4
    with on(2026, 4, 10):
        result = service.run_cycle("MX", date(2026, 4, 10), by=SYSTEM)
        while result.issued:
            result = service.run_cycle("MX", date(2026, 4, 10), by=SYSTEM)
    os._exit(0)


def test_notes_of_many_at_once_have_numbers_without_gaps_also_when_some_are_rolled_back(
    committing,
):
    invoices = [InvoiceFactory(account=AccountFactory()).id for _ in range(8)]

    def note(number):
        make = service.credit if number % 2 else service.debit
        with db.transaction():
            made = make(invoices[number], Money.of("10.00", "MXN"), "A slip", by=SYSTEM)
            if number in {2, 5}:
                raise ValueError
        return made.number

    at_once(8, note)

    for model, prefix in ((CreditNote, "CN"), (DebitNote, "DN")):
        given = [each.rsplit("-", 1) for each in db.session.scalars(select(model.number))]
        assert {each[0][:5] for each in given} == {f"{prefix}-MX"}
        assert sorted(int(each[1]) for each in given) == [1, 2, 3]
