"""Turns in a talk, with Redis and without."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
from rasa.utils.endpoints import EndpointConfig

from stores.locks import SharedLocks


def locks(url):
    return SharedLocks(EndpointConfig(url=url))


async def answer(store, talk, done, name, seconds=0.05):
    async with store.lock(talk, wait_time_in_seconds=0.01):
        done.append((name, "begins"))
        await asyncio.sleep(seconds)
        done.append((name, "ends"))


async def both(*answers):
    await asyncio.gather(*answers)


@pytest.fixture(scope="module")
def shared():
    """A real Redis, as TEST_REDIS_URL or a program on this machine."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    beside = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "redis-server"
    program = shutil.which("redis-server") or (str(beside) if beside.exists() else None)
    if program is None:
        pytest.skip("no Redis on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen([program, "--port", str(port), "--save", ""], stdout=subprocess.DEVNULL)
    while socket.socket().connect_ex(("127.0.0.1", port)):
        time.sleep(0.02)
    yield f"redis://127.0.0.1:{port}/0"
    running.terminate()
    running.wait()


def test_two_processes_take_turns_in_one_talk_and_share_the_rest(shared):
    first, second, done = locks(shared), locks(shared), []

    asyncio.run(both(answer(first, "talk", done, 1), answer(second, "talk", done, 2)))

    assert done == [(1, "begins"), (1, "ends"), (2, "begins"), (2, "ends")]
    assert first.get_lock("talk") is None
    assert second.get_lock("talk") is None
    done.clear()
    asyncio.run(both(answer(first, "one", done, 1), answer(second, "another", done, 2)))
    assert [what for _, what in done] == ["begins", "begins", "ends", "ends"]


def test_without_redis_a_process_goes_on_alone_at_once():
    alone, done = locks("redis://127.0.0.1:9/0"), []

    began = time.monotonic()
    asyncio.run(both(answer(alone, "talk", done, 1), answer(alone, "talk", done, 2)))

    assert done == [(1, "begins"), (1, "ends"), (2, "begins"), (2, "ends")]
    assert time.monotonic() - began < 1
