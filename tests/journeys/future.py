"""A stack whose clock is moved: its programs start again later, and the days between are lived."""

import multiprocessing
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.demo import keys
from app.demo.filling import connected
from app.demo.stack import ROOT, Stack
from tests import conftest
from tests.journeys.running import free_port, in_a_process_of_its_own

STATE = conftest.STATE / "life"
AHEAD = Path(__file__).parent / "ahead"
# No beat: what is due is done by the days that the journey lives.
PROGRAMS = ("web", "sockets", "worker", "world")
CUSTOMERS, DAYS = 0, 10


@dataclass(slots=True)
class Travelling(Stack):
    """`ahead`: how far its clock is before that of this machine."""

    ahead: timedelta = timedelta(0)

    def environment(self) -> dict[str, str]:
        moved = {"PYTHONPATH": f"{AHEAD}:{ROOT}", "AHEAD": str(self.ahead.total_seconds())}
        return Stack.environment(self) | moved

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def travel(self, moment: datetime) -> None:
        """Every program starts again at that moment."""
        self.ahead = moment - datetime.now(UTC)
        self.run_programs(PROGRAMS)
        self.wait_ready(seconds=90)

    def live(self, days: Callable[..., datetime], *given: object) -> datetime:
        """Run `days(now, *given)` on this stack's database, elsewhere; returns when it ended."""
        with multiprocessing.get_context("spawn").Pool(1) as elsewhere:
            return elsewhere.apply(_live, (self.port, days, self.now(), given))


@contextmanager
def started():
    """From nothing, without a bot."""
    shutil.rmtree(STATE, ignore_errors=True)
    stack = free_port(lambda port: Travelling(STATE, port, keys.load(STATE)))
    try:
        stack.start_stores()
        in_a_process_of_its_own(stack, CUSTOMERS, DAYS)
        stack.run_programs(PROGRAMS)
        stack.wait_ready(seconds=90)
        yield stack
    finally:
        stack.stop()


def _live(port: int, days: Callable[..., datetime], now: datetime, given: tuple) -> datetime:
    stack = Stack(STATE, port, keys.load(STATE))
    with connected(stack, stack.database_url, errands=True):
        return days(now, *given)
