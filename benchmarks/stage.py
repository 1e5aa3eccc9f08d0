"""The real stack on ports of its own, with a small demo operator of its own, for one run."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from flask import Flask
from rich.progress import Progress

from app.core import db
from app.demo import keys
from app.demo.cast import CAST
from app.demo.filling import fill
from app.demo.readiness import answers, wait_until
from app.demo.stack import ROOT, Stack
from app.factory import create_app
from config import Config

STATE = ROOT / "var" / "bench"
PORT = 8700


@dataclass(slots=True)
class Stage:
    """`app` is the application in this process, on the stage's database: it fills, and counts
    statements; what is timed is the stack's own processes."""

    stack: Stack
    app: Flask

    @property
    def origin(self) -> str:
        return self.stack.url

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.stack.port}"

    @property
    def sockets_url(self) -> str:
        return f"ws://127.0.0.1:{self.stack.sockets_port}"

    def run(self, *programs: str) -> None:
        """Start these programs afresh and no others; waits until those with a port answer."""
        self.rest()
        self.stack.run_programs(programs)
        ports = {
            "web": self.stack.port,
            "sockets": self.stack.sockets_port,
            "rasa": self.stack.rasa_port,
        }
        for name in ports.keys() & set(programs):
            health = f"http://127.0.0.1:{ports[name]}/" + ("" if name == "rasa" else "healthz")
            wait_until(lambda url=health: answers(url), name, seconds=120)

    def rest(self) -> None:
        """Stop every program; the database and Redis stay."""
        self.stack.control("stop", "web", "sockets", "worker", "beat", "world", "actions", "rasa")

    def process(self, program: str) -> psutil.Process:
        return psutil.Process(int(self.stack.control("pid", program)))

    def cpu_seconds(self, program: str) -> float:
        """What the program and its children have used so far."""
        first = self.process(program)
        times = [each.cpu_times() for each in [first, *first.children(recursive=True)]]
        return sum(each.user + each.system for each in times)

    def pin(self, program: str, core: int) -> None:
        """Keep every thread that the program has, and those that they begin, on one core."""
        for thread in self.process(program).threads():
            os.sched_setaffinity(thread.id, {core})


@contextmanager
def stage(*, days: int) -> Iterator[Stage]:
    """The cast of the demo after so many days, built from nothing; the logs stay in var/bench."""
    shutil.rmtree(STATE, ignore_errors=True)
    stack = Stack(STATE, int(os.environ.get("PORT", PORT)), keys.load(STATE))
    try:
        stack.start_stores()
        fill(stack, customers=len(CAST), days=days, progress=Progress(disable=True))
        app = create_app(_config(stack))
        with db.session_scope():
            yield Stage(stack, app)
    finally:
        stack.stop()


def _config(stack: Stack) -> Config:
    """The stack's own, by hand: in the environment it would say that the stores are others'."""
    return Config(
        database_url=stack.database_url,
        redis_url=stack.redis_url,
        secret_key=stack.secrets["SECRET_KEY"],
        public_url=stack.url,
        sockets_url=f"http://localhost:{stack.sockets_port}",
        gateway_url=stack.world_url,
        network_url=stack.world_url,
    )
