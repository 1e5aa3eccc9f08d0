"""kill -9 between a commit and its echo, in a reaction, and in an errand."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.core import clock, db, outbox
from tests.reliability import lamps

ROOT = Path(__file__).resolve().parents[2]
CHILD = "import sys; from tests.reliability import lamps; lamps.main(*sys.argv[1:])"


@pytest.fixture
def url(new_database):
    made = new_database()
    lamps.connect(made)
    yield made
    db.session.remove()
    db.factory.kw["bind"].dispose()
    db.factory.configure(bind=None)


def run(url, what, *, killed):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHILD, url, what],
        cwd=ROOT,
        env={**os.environ, "DIE": "1" if killed else "0"},
        check=False,
        timeout=60,
    )
    assert done.returncode == (-signal.SIGKILL if killed else 0)


def counted(url, series):
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text("SELECT last FROM reference_series WHERE name = :name")
        last = connection.scalar(query, {"name": series})
    engine.dispose()
    return last or 0


def test_what_was_committed_is_heard_though_its_process_died_at_once(url):
    run(url, "announce", killed=True)
    assert len(outbox.due()) == 2
    db.session.rollback()

    lamps.work_off(errands=False)
    lamps.work_off(errands=True)

    assert outbox.due() == []
    assert (counted(url, "lamps lit"), counted(url, "lamps reported")) == (1, 1)


def test_a_reaction_that_is_killed_leaves_nothing_and_happens_once(url):
    lamps.announce()

    run(url, "react", killed=True)
    run(url, "react", killed=True)
    assert counted(url, "lamps lit") == 0

    run(url, "react", killed=False)
    run(url, "react", killed=False)
    assert counted(url, "lamps lit") == 1


def test_an_errand_that_is_killed_is_done_again_once_its_lease_is_over(url):
    lamps.announce()
    run(url, "run_errand", killed=True)

    lamps.work_off(errands=True)
    assert counted(url, "lamps reported") == 1

    with clock.moved_to(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        lamps.work_off(errands=True)
        left = outbox.due()
        db.session.rollback()
    assert counted(url, "lamps reported") == 2
    assert len(left) == 1  # the reaction, which nobody ran
