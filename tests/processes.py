"""A process of ours as it really runs, on a database of its own; and how it is killed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
from sqlalchemy import create_engine, event

from app.core import db
from app.core.http import trust
from tests.conftest import ROOT


@contextmanager
def real_database(url):
    """The test's own session really commits, to this database."""
    engine = create_engine(url)
    db.session.remove()
    db.factory.configure(bind=engine)
    try:
        yield
    finally:
        db.session.remove()
        db.factory.configure(bind=None)
        engine.dispose()


def kill_at(engine, count):
    """This process dies by kill -9 at its `count`th moment with the database, never at 0: before a
    statement, after it, and before a commit. What it does elsewhere lies between two of them."""
    moments = []

    def die(*_):
        moments.append(1)
        if len(moments) == count:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, moment, die)


@contextmanager
def sockets_process(database_url, redis_url, folder, port):
    """`python -m app.sockets`, which also answers the widget's HTTP; its address. Gateway and bot
    are away."""
    url = f"http://localhost:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "tests",
        "PUBLIC_URL": url,
        "UPLOAD_DIR": str(folder),
        "RASA_URL": "",
        "SOCKETS_URL": url,
        "SOCKETS_PORT": str(port),
    }
    command = [sys.executable, "-m", "app.sockets"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait(f"{url}/healthz", process)
        yield url
    finally:
        process.kill()
        process.wait()


def _wait(address, process, seconds=40):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the process ended"
        try:
            if httpx.get(address, timeout=1, verify=trust(), trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(address)
