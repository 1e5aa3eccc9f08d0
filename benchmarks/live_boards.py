"""live_boards: what 300 open live boards cost, in percent of a core, while figures change.

All processes together, with the boards and without; each board also fetches its page again every
five minutes. Reference: the same without boards.
"""

import time
from collections.abc import Iterator

import httpx
from sqlalchemy import text, update

from app.core import db
from app.identity.models import Staff
from benchmarks import people
from benchmarks.figure import Figure
from benchmarks.load.generator import load_generator
from benchmarks.stage import Stage

DAYS = 1
BOARDS = 300
CUSTOMERS = 3_000
SECONDS = 30
PAGE_EVERY = 300
PROGRAMS = ("web", "sockets", "worker", "beat")
_MOVE = """
UPDATE conversation SET status = CASE status WHEN 'open' THEN 'waiting' ELSE 'open' END
WHERE id IN (SELECT id FROM conversation WHERE status IN ('open', 'waiting') LIMIT 3)
"""


def measure(stage: Stage) -> Iterator[Figure]:
    talkers = people.talking(agents=BOARDS, customers=CUSTOMERS, origin=stage.origin)
    with db.transaction():
        chosen = update(Staff).where(Staff.id.in_(talkers.agents)).values(roles=["supervisor"])
        db.session.execute(chosen)
    stage.run(*PROGRAMS)
    time.sleep(5)
    without = _spent(stage, None)
    everybody = {**talkers.for_stack(), "customers": []}
    for agent in everybody["agents"]:
        agent["conversations"] = []
    with load_generator() as load:
        load.enter(stage.sockets_url, stage.origin, everybody)
        cookie = everybody["agents"][0]["cookie"]
        _spent(stage, cookie, seconds=5)
        with_boards = _spent(stage, cookie)
        load.leave()
    stage.rest()
    more = {name: round(with_boards[name] - without[name], 2) for name in PROGRAMS}
    yield Figure(
        "live_boards",
        sum(more.values()),
        "% of a core",
        sum(without.values()),
        {"boards": BOARDS, "seconds": SECONDS, "more": more, "without": without},
    )


def _spent(stage: Stage, cookie: str | None, *, seconds: int = SECONDS) -> dict[str, float]:
    """Percent of a core that each program used while figures changed every second."""
    before = {name: stage.cpu_seconds(name) for name in PROGRAMS}
    begun = time.perf_counter()
    for second in range(seconds):
        with db.transaction():
            db.session.execute(text(_MOVE))
        db.session.remove()
        if cookie is not None:
            for _ in range(BOARDS // PAGE_EVERY):
                headers = {"Cookie": cookie, "HX-Request": "true", "X-Background": "1"}
                httpx.get(f"{stage.web_url}/board/", headers=headers, timeout=10, trust_env=False)
        time.sleep(max(0.0, begun + second + 1 - time.perf_counter()))
    passed = time.perf_counter() - begun
    return {
        name: round(100 * (stage.cpu_seconds(name) - before[name]) / passed, 2) for name in PROGRAMS
    }
