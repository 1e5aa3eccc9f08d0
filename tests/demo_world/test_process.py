"""The outside world as its own process: it starts, survives kill -9, reports a taken port."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@contextmanager
def process(folder, port):
    command = [sys.executable, "-m", "app.demo.world", "--port", str(port)]
    environment = {**os.environ, "WORLD_STATE": str(folder), "WORLD_ACCOUNTS": str(folder / "none")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as started:
        try:
            wait_until_well(port)
            yield started
        finally:
            started.kill()


def wait_until_well(port):
    end = time.monotonic() + 20
    while True:
        try:
            well = ask(port, "GET", "/healthz").json()
        except httpx.ConnectError:
            assert time.monotonic() < end
            time.sleep(0.1)
        else:
            assert well == {"status": "ok"}
            return


def ask(port, method, path, **more):
    return httpx.request(method, f"http://127.0.0.1:{port}{path}", trust_env=False, **more)


def test_what_was_answered_is_remembered_through_a_sudden_death(tmp_path):
    port = free_port()
    outage = {"area": "Recife", "service": "tv", "text": "Satellite"}
    with process(tmp_path, port):
        told = ask(port, "POST", "/network/v1/outages", json=outage).json()

    with process(tmp_path, port):
        assert ask(port, "GET", "/network/v1/outages").json() == {"outages": [told]}


def test_a_taken_port_is_reported(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "app.demo.world", "--port", str(taken.getsockname()[1])]
        ended = subprocess.run(
            command,
            env={**os.environ, "WORLD_STATE": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert ended.returncode == 1
    assert "in use" in ended.stderr
