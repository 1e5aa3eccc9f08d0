"""kill -9 in the middle of a file, again and again: run again, the result is the same."""

import multiprocessing
import os
import random
import signal

import pytest
from sqlalchemy import create_engine, func, select

from app.core import db
from app.core.actor import SYSTEM
from app.mediation import service
from app.mediation.models import Anomaly, FileStatus, ReceivedFile
from app.mediation.service import files
from app.usage.models import BalanceMovement, Bucket, DailyUsage, UsageRecord
from tests.factories.mediation import LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.mediation.conftest import MAY_1, csv_file, row
from tests.processes import kill_at

pytestmark = pytest.mark.long


def total(column):
    return db.session.scalar(select(func.coalesce(func.sum(column), 0)))


def test_a_file_killed_at_random_points_is_taken_in_once(committing, kept):
    url = committing.url.render_as_string(hide_password=False)
    LayoutFactory()
    lines = [line_with_plan(activated_at=MAY_1) for _ in range(5)]
    rows = [row(lines[n % 5], 1 + n, kind="VDS"[n % 3]) for n in range(150)]
    rows += [row(lines[0], -1), row("+525500000000"), rows[0]]
    path = kept / "a.csv"
    path.write_bytes(csv_file(*rows))
    db.session.remove()
    ends = [_in_a_process(url, path, dies_at=random.randint(1, 150)) for _ in range(10)]
    assert _in_a_process(url, path, dies_at=0) == 0

    file = db.session.scalars(select(ReceivedFile)).one()
    assert set(ends) <= {-signal.SIGKILL, 0}
    assert ends[0] == -signal.SIGKILL
    assert file.status is FileStatus.DONE
    assert (file.taken, file.accepted, file.duplicates, file.for_review) == (153, 150, 1, 2)
    assert db.session.scalar(select(func.count()).select_from(UsageRecord)) == 150
    assert total(Anomaly.copies) == 2
    seconds = sum(1 + n for n in range(0, 150, 3))
    kilobytes = sum(1 + n for n in range(1, 150, 3))
    messages = sum(1 + n for n in range(2, 150, 3))
    assert total(UsageRecord.quantity) == seconds + 1024 * kilobytes + messages
    assert total(DailyUsage.quantity) == total(UsageRecord.quantity)
    assert total(BalanceMovement.amount) == 0
    assert total(Bucket.used) > 0


def _in_a_process(url, path, *, dies_at):
    """Take the file in to the end, or until so many statements and commits; how it ended."""
    process = multiprocessing.get_context("fork").Process(
        target=_take_in, args=(url, path, dies_at), daemon=True
    )
    process.start()
    process.join()
    return process.exitcode


def _take_in(url, path, dies_at):
    engine = create_engine(url)
    kill_at(engine, dies_at)
    db.session.registry.clear()
    db.factory.configure(bind=engine)
    files.CHUNK = 20
    with path.open("rb") as stream:
        file = service.receive("switch", "a.csv", stream, by=SYSTEM)
    service.read(file.id, by=SYSTEM)
    os._exit(0)
