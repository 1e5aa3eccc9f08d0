"""The bare server's process, started for a reference."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from app.demo.readiness import answers, wait_until
from app.demo.stack import ROOT

PORT = 8710
URL = f"ws://127.0.0.1:{PORT}"
ORIGIN = f"http://127.0.0.1:{PORT}"


@contextmanager
def bare_server() -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "benchmarks.bare", str(PORT)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_until(lambda: answers(f"{ORIGIN}/healthz"), "the bare server", seconds=30)
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()
