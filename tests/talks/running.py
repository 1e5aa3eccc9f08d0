"""Starts every program with the operator and the customers of the talks, and ends them."""

import multiprocessing
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from app.core import db, secrets
from app.demo import botroom, keys
from app.demo.stack import BOT, ROOT, Stack
from tests.journeys.running import free_port
from tests.talks import people

PATIENT = 20.0  # seconds: what is told here is what is said, not how fast
STATE = ROOT / "var" / "test" / "talks"


@contextmanager
def started() -> Iterator[Stack]:
    shutil.rmtree(STATE, ignore_errors=True)
    botroom.install()
    model = botroom.train()
    stack = free_port(lambda port: Stack(STATE, port, keys.load(STATE), model, bot_seconds=PATIENT))
    try:
        stack.start_stores()
        stack.run_programs(BOT)
        _fill(stack)
        stack.run_programs()
        stack.wait_ready(seconds=180)
        yield stack
    finally:
        stack.stop()


def _fill(stack: Stack) -> None:
    """Filling connects the whole application, which must not reach the other tests."""
    given = (stack.state, stack.port)
    filling = multiprocessing.get_context("spawn").Process(target=_fill_there, args=given)
    filling.start()
    filling.join()
    assert filling.exitcode == 0


def _fill_there(state, port) -> None:
    people.fill(Stack(state, port, keys.load(state)))


@contextmanager
def database_of(stack: Stack) -> Iterator[None]:
    """Sessions of this process, in any thread, are on the running stack's database."""
    engine = db.connect(stack.database_url, pool_size=8)
    secrets.set_key(stack.secrets["SECRET_KEY"])
    try:
        yield
    finally:
        db.session.remove()
        db.factory.configure(bind=None)
        secrets.set_key("tests")
        engine.dispose()
