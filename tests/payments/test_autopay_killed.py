"""Two workers at once, killed at any moment: each try of each bill is charged once."""

import multiprocessing
import random
import signal
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count as numbers

import pytest
from sqlalchemy import func, select

from app.billing.models import Invoice, InvoiceStatus
from app.core import clock, db
from app.payments import service, switch
from app.payments.models import (
    AutoPayAttempt,
    AutoPayDebit,
    DebitStatus,
    Payment,
    PaymentStatus,
)
from tests.billing.committed import count
from tests.factories.billing import InvoiceFactory
from tests.factories.payments import MandateFactory, SavedMethodFactory
from tests.payments.conftest import adapter, behave, charges_at, token_at
from tests.processes import kill_at

pytestmark = pytest.mark.long

START = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 13, 15, 0, tzinfo=UTC)
BILLS = 30
ROUNDS = 8
MOMENTS = 150


def test_killed_workers_leave_every_bill_paid_once(committing, gateway, following):
    first = InvoiceFactory(due_on=date(2026, 11, 12))
    token = token_at(gateway, first.account.customer_id)
    declined = token_at(gateway, first.account.customer_id, behaviour="insufficient_funds")
    for number in range(BILLS):
        invoice = first if number == 0 else InvoiceFactory(due_on=date(2026, 11, 12))
        method = SavedMethodFactory(
            customer_id=invoice.account.customer_id, token=declined if number % 5 == 4 else token
        )
        MandateFactory(account=invoice.account, saved_method=method)
    with clock.moved_to(START):
        service.run_autopay()
    assert count(AutoPayDebit, AutoPayDebit.status == DebitStatus.PLANNED) == BILLS
    url = db.session.get_bind().url.render_as_string(hide_password=False)
    db.session.remove()

    for _ in range(ROUNDS):
        killed_while_working(url, gateway.url)
    assert 0 < count(AutoPayAttempt) < BILLS + BILLS // 5, "they died in the middle of it"

    finish(DUE + timedelta(minutes=4))
    behave(gateway, declined, "approve")
    finish(DUE + timedelta(days=1, minutes=130))

    assert count(Invoice, Invoice.status == InvoiceStatus.PAID) == BILLS
    paid = select(func.sum(Payment.amount)).where(Payment.status == PaymentStatus.SUCCEEDED)
    assert db.session.scalar(paid) == Decimal("299.00") * BILLS
    assert count(AutoPayDebit, AutoPayDebit.status == DebitStatus.DONE) == BILLS
    attempts = db.session.scalars(select(AutoPayAttempt)).all()
    assert Counter(charges_at(gateway)) == Counter(str(each.payment_id) for each in attempts)
    assert len({(each.debit_id, each.number) for each in attempts}) == count(Payment)
    tries = db.session.scalar(select(func.sum(AutoPayDebit.attempts)))
    assert tries == len(attempts) == BILLS + BILLS // 5  # every fifth card declined once


def finish(since):
    """One worker more, that lives: what died with the others is read back when it is due."""
    for minutes in (0, 2, 6, 16, 46, 121):
        with clock.moved_to(since + timedelta(minutes=minutes)):
            service.run_autopay()
            service.reconcile_due()


def killed_while_working(url, world_url):
    forking = multiprocessing.get_context("fork")
    deaths = [random.randint(1, MOMENTS) for _ in range(2)]
    workers = [forking.Process(target=work, args=(url, world_url, death)) for death in deaths]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == 2 * [-signal.SIGKILL]


def work(url, world_url, dies_at):
    """As a worker that does nothing but AutoPay, until it is killed."""
    db.session.registry.clear()
    kill_at(db.connect(url), dies_at)
    switch.plug_in(adapter(world_url))
    for number in numbers():
        with db.session_scope(), clock.moved_to(DUE + timedelta(minutes=2 * (number % 3))):
            service.run_autopay()
            service.reconcile_due()
