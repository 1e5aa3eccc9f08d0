"""kill -9 in the middle of a file, again and again: run again, the result is the same."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core import db
from app.mediation.models import Anomaly, FileStatus, ReceivedFile
from app.usage.models import BalanceMovement, Bucket, DailyUsage, UsageRecord
from tests.factories.mediation import LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.mediation.conftest import MAY_1, csv_file, row

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
# Takes the file in with small chunks, and kills itself at a random statement.
PROGRAM = """
import os, random, signal, sys
from pathlib import Path
from sqlalchemy import event
from app.core import db, secrets
from app.core.actor import SYSTEM
from app.mediation import storage, service
from app.mediation.service import files

url, folder, name, dies_at = sys.argv[1:]
secrets.set_key("tests")
engine = db.connect(url)
storage.keep_in(Path(folder))
files.CHUNK = 20
left = [int(dies_at)]

def count(*_):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(engine, "before_cursor_execute", count)
event.listen(engine, "commit", count)
with open(name, "rb") as stream:
    file = service.receive("switch", "a.csv", stream, by=SYSTEM)
service.read(file.id, by=SYSTEM)
"""


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
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    dice, deaths = random.Random(7), 0

    def run(dies_at):
        arguments = [url, str(kept / "kept"), str(path), str(dies_at)]
        return subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PROGRAM, *arguments],
            cwd=ROOT, env=environment, check=False,
        ).returncode  # fmt: skip

    for _ in range(10):
        deaths += run(dice.randint(3, 90)) == -9
    assert run(0) == 0

    file = db.session.scalars(select(ReceivedFile)).one()
    assert deaths >= 3
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
