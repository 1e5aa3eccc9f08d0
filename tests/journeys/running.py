"""Starts the whole stack for the journeys, from nothing, and ends it."""

import multiprocessing
import random
import shutil
from contextlib import contextmanager
from pathlib import Path

from rich.progress import Progress

from app.demo import botroom, keys
from app.demo.filling import fill
from app.demo.stack import BOT, ROOT, PortTaken, Stack

STATE = ROOT / "var" / "test" / "journeys"
CUSTOMERS, DAYS = 30, 40


@contextmanager
def started():
    """A new operator each time: yesterday's conversations would be in the way."""
    shutil.rmtree(STATE, ignore_errors=True)
    botroom.install()
    stack = _on_free_ports(botroom.train())
    try:
        stack.start_stores()
        stack.run_programs(BOT)
        _in_a_process_of_its_own(stack)
        stack.run_programs()
        stack.wait_ready(seconds=180)
        yield stack
    finally:
        stack.stop()


def _on_free_ports(model: Path) -> Stack:
    """Below those that the system gives to outgoing connections."""
    while True:
        port = random.randrange(20_000, 30_000, 10)
        stack = Stack(STATE, port, keys.load(STATE), model)
        try:
            stack.check_ports()
        except PortTaken:
            continue
        return stack


def _in_a_process_of_its_own(stack: Stack) -> None:
    """Filling connects the whole application, which must not reach the other tests."""
    filling = multiprocessing.get_context("spawn").Process(target=_fill, args=(stack.port,))
    filling.start()
    filling.join()
    assert filling.exitcode == 0


def _fill(port: int) -> None:
    stack = Stack(STATE, port, keys.load(STATE))
    with Progress(disable=True) as progress:
        fill(stack, customers=CUSTOMERS, days=DAYS, progress=progress)
