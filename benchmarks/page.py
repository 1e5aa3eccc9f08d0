"""One page of the desk: the server's time, the statements, and the same rows without us."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean
from typing import Any

import httpx
import psycopg
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from app.identity import sessions
from app.identity.models import SessionKind, Staff
from benchmarks.people import COOKIE
from benchmarks.spread import spread
from benchmarks.stage import Stage

TIMES = 60


@dataclass(frozen=True, slots=True)
class Page:
    """`server_ms` and `rows_ms` are means; `rows_ms` is plain psycopg and json. `cpu_ms` is the
    web process's own work, whoever else keeps the machine busy."""

    server_ms: float
    cpu_ms: float
    rows_ms: float
    statements: int
    http_ms: dict[str, float]
    bytes: int

    def told(self) -> dict[str, Any]:
        return {
            "cpu_ms": round(self.cpu_ms, 2),
            "statements": self.statements,
            "http_ms": self.http_ms,
            "bytes": self.bytes,
        }


def cookie_of(staff: Staff) -> str:
    opened = sessions.open_session(
        SessionKind.STAFF,
        by=staff.as_actor(),
        user_agent="benchmark",
        address="127.0.0.1",
        verified=True,
    )
    return f"{COOKIE}={opened.token}"


def measured(stage: Stage, path: str, cookie: str) -> Page:
    """Ask for it again and again, as htmx does. The web process must be running."""
    headers = {"Cookie": cookie, "HX-Request": "true"}
    sent = _statements(stage, path, headers)
    with httpx.Client(base_url=stage.web_url, headers=headers, trust_env=False) as client:
        size = len(client.get(path).raise_for_status().content)
        count, seconds = _server_seconds(stage, client, path)
        worked = stage.cpu_seconds("web")
        taken = _times(lambda: client.get(path).raise_for_status())
        worked = stage.cpu_seconds("web") - worked
        count_after, seconds_after = _server_seconds(stage, client, path)
    return Page(
        server_ms=(seconds_after - seconds) / (count_after - count) * 1000,
        cpu_ms=worked / TIMES * 1000,
        rows_ms=mean(_times_of_rows(stage, sent)) * 1000,
        statements=len(sent),
        http_ms=spread(taken),
        bytes=size,
    )


def _times(once: Callable[[], object]) -> list[float]:
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        once()
        taken.append(time.perf_counter() - begun)
    return taken


def _statements(stage: Stage, path: str, headers: dict[str, str]) -> list[tuple[str, Any]]:
    """What the page sends to the database, seen by the application in this process."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        sent.append((statement, given))

    engine = stage.app.extensions["engine"]
    client = stage.app.test_client(use_cookies=False)
    client.get(path, headers=headers)
    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = client.get(path, headers=headers)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    return sent


def _server_seconds(stage: Stage, client: httpx.Client, path: str) -> tuple[float, float]:
    """How often and how long the web process has worked on this page."""
    endpoint, _ = stage.app.url_map.bind("localhost").match(path.partition("?")[0])
    found = {"dialtone_request_seconds_count": 0.0, "dialtone_request_seconds_sum": 0.0}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            if sample.name in found and sample.labels.get("endpoint") == endpoint:
                found[sample.name] += sample.value
    count, seconds = found.values()
    return count, seconds


def _times_of_rows(stage: Stage, sent: list[tuple[str, Any]]) -> list[float]:
    url = stage.stack.database_url.replace("+psycopg", "")
    with psycopg.connect(url) as connection:

        def once() -> None:
            asked = (connection.execute(sql, given) for sql, given in sent)
            json.dumps([each.fetchall() for each in asked if each.description], default=str)

        once()
        return _times(once)
