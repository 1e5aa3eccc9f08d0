"""Starts the whole stack for the journeys, from nothing, and ends it."""

import multiprocessing
import random
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from rich.progress import Progress

from app.demo import botroom, keys
from app.demo.filling import fill
from app.demo.stack import BOT, PortTaken, Stack
from tests import conftest

STATE = conftest.STATE / "journeys"
CUSTOMERS, DAYS = 30, 40
S = TypeVar("S", bound=Stack)


@contextmanager
def started():
    """A new operator each time: yesterday's conversations would be in the way."""
    shutil.rmtree(STATE, ignore_errors=True)
    botroom.install()
    model = botroom.train()
    stack = free_port(lambda port: Stack(STATE, port, keys.load(STATE), model))
    try:
        stack.start_stores()
        stack.run_programs(BOT)
        in_a_process_of_its_own(stack, CUSTOMERS, DAYS)
        stack.run_programs()
        stack.wait_ready(seconds=180)
        yield stack
    finally:
        stack.stop()


def free_port(make: Callable[[int], S]) -> S:
    """A stack on ports below those that the system gives to outgoing connections."""
    while True:
        stack = make(random.randrange(20_000, 30_000, 10))
        try:
            stack.check_ports()
        except PortTaken:
            continue
        return stack


def in_a_process_of_its_own(stack: Stack, customers: int, days: int) -> None:
    """Filling connects the whole application, which must not reach the other tests."""
    given = (stack.state, stack.port, customers, days)
    filling = multiprocessing.get_context("spawn").Process(target=_fill, args=given)
    filling.start()
    filling.join()
    assert filling.exitcode == 0


def _fill(state: Path, port: int, customers: int, days: int) -> None:
    stack = Stack(state, port, keys.load(state))
    with Progress(disable=True) as progress:
        fill(stack, customers=customers, days=days, progress=progress)
