"""idle_socket: memory that a connected, silent customer costs the sockets process.

Reference: the same on a bare Flask-SocketIO server.
"""

import time
from collections.abc import Iterator
from typing import Any

import psutil

from benchmarks import people
from benchmarks.bare import server as bare
from benchmarks.figure import Figure
from benchmarks.load.generator import LoadGenerator, load_generator
from benchmarks.stage import Stage

DAYS = 1
SOCKETS = 10_000
# Longer than a heartbeat: a socket that has answered one has everything it will ever have.
SETTLING_SECONDS = 30


def measure(stage: Stage) -> Iterator[Figure]:
    talkers = people.talking(agents=0, customers=SOCKETS, origin=stage.origin)
    stage.run("sockets")
    with load_generator() as load:
        ours = _per_socket(
            stage.process("sockets"), load, stage.sockets_url, stage.origin, talkers.for_stack()
        )
    stage.rest()
    with bare.bare_server() as process, load_generator() as load:
        theirs = _per_socket(process, load, bare.URL, bare.ORIGIN, talkers.for_bare())
    yield Figure(
        "idle_socket",
        ours["kB"],
        "kB",
        theirs["kB"],
        {"sockets": SOCKETS, "ours": ours, "bare": theirs},
    )


def _per_socket(
    process: psutil.Process,
    load: LoadGenerator,
    url: str,
    origin: str,
    everybody: dict[str, Any],
) -> dict[str, Any]:
    before = process.memory_info().rss
    entered = load.enter(url, origin, everybody)
    at_once = process.memory_info().rss
    time.sleep(SETTLING_SECONDS)
    spent = sum(process.cpu_times()[:2])
    after = process.memory_info().rss
    left = load.leave()
    return {
        "kB": round((after - before) / 1024 / SOCKETS, 1),
        "kB_at_once": round((at_once - before) / 1024 / SOCKETS, 1),
        "empty_MB": round(before / 1024**2, 1),
        "connected_in_s": entered["seconds"],
        "cpu_s": round(spent, 1),
        "dropped": left["dropped"],
    }
