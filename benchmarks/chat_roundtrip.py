"""chat_roundtrip: from the customer's socket through database, commit and outbox to the agent's.

At 100 messages/s among 1,000 and among 10,000 sockets, then faster until it breaks. Each agent
follows nine customers. Reference: the same frames through a bare Flask-SocketIO server.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil

from benchmarks import people
from benchmarks.bare import server as bare
from benchmarks.figure import Figure
from benchmarks.load.generator import LoadGenerator, load_generator
from benchmarks.stage import Stage

DAYS = 1
SOCKETS = (1_000, 10_000)
RATE = 100
SECONDS = 20
STEP_SECONDS = 8
FASTER = 1.5
FASTEST = 3_000
TOO_LONG_MS = 500


@dataclass(frozen=True, slots=True)
class Run:
    """`holds` is the highest rate at which nothing was lost and p95 stayed under half a second,
    `breaks_at` the first at which something gave; `cpu_ms` is the server's work for a message."""

    steady: dict[str, Any]
    steps: list[dict[str, Any]]
    holds: float
    breaks_at: float | None
    cpu_ms: float


def measure(stage: Stage) -> Iterator[Figure]:
    for sockets in SOCKETS:
        talkers = people.talking(
            agents=sockets // 10, customers=sockets - sockets // 10, origin=stage.origin
        )
        stage.run("sockets", "worker")
        with load_generator() as load:
            load.enter(stage.sockets_url, stage.origin, talkers.for_stack())
            ours = _run(load, stage.process("sockets"))
        stage.rest()
        with bare.bare_server() as process, load_generator() as load:
            load.enter(bare.URL, bare.ORIGIN, talkers.for_bare())
            theirs = _run(load, process)
        yield _roundtrip(sockets, ours, theirs)
        yield _capacity(sockets, ours, theirs)


def _run(load: LoadGenerator, server: psutil.Process) -> Run:
    load.talk(RATE / 2, 4)
    worked = sum(server.cpu_times()[:2])
    steady = load.talk(RATE, SECONDS)
    cpu_ms = (sum(server.cpu_times()[:2]) - worked) / steady["sent"] * 1000
    steps, rate, holds, breaks_at = [], RATE * 1.0, 0.0, None
    while rate <= FASTEST and breaks_at is None:
        told = steady if rate == RATE else load.talk(rate, STEP_SECONDS)
        steps.append({"rate": round(rate), "p95": told["ms"]["p95"], "lost": told["lost"]})
        if _broke(told):
            breaks_at = rate
        else:
            holds = rate
        rate *= FASTER
    load.leave()
    return Run(steady, steps, holds, breaks_at, round(cpu_ms, 2))


def _broke(told: dict[str, Any]) -> bool:
    gone = told["lost"] or told["refused"] or told["dropped"]
    return bool(gone) or told["ms"]["p95"] > TOO_LONG_MS


def _roundtrip(sockets: int, ours: Run, theirs: Run) -> Figure:
    return Figure(
        f"chat_roundtrip_{sockets}",
        ours.steady["ms"]["p95"],
        "ms",
        theirs.steady["ms"]["p95"],
        {
            "what": f"p95 at {RATE} messages/s among {sockets} sockets",
            "ours": ours.steady,
            "bare": theirs.steady,
            "cpu_ms_per_message": {"ours": ours.cpu_ms, "bare": theirs.cpu_ms},
        },
    )


def _capacity(sockets: int, ours: Run, theirs: Run) -> Figure:
    return Figure(
        f"chat_capacity_{sockets}",
        ours.holds,
        "messages/s",
        theirs.holds,
        {
            "what": f"highest rate with p95 ≤ {TOO_LONG_MS} ms and nothing lost",
            "breaks_at": {"ours": ours.breaks_at, "bare": theirs.breaks_at},
            "steps": {"ours": ours.steps, "bare": theirs.steps},
        },
    )
