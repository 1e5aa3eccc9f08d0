"""webhook_intake: inbound webhooks a second, signed as Twilio signs, each its own message.

They come at 1,000 a second, whether answers come or not, over kept-alive connections; a time is
from when a call was due until its answer was there. Reference: the same calls to bare Flask with
one INSERT by plain psycopg under the same gunicorn.
"""

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlencode

import psycopg
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from app.core import db
from app.demo.readiness import answers, wait_until
from app.demo.stack import ROOT
from app.demo.supervisor import BIN
from app.messaging.models import ProviderCall
from benchmarks.figure import Figure
from benchmarks.spread import spread
from benchmarks.stage import Stage
from tests.factories.conversations import InboxFactory

DAYS = 1
RATE = 1000
SECONDS = 30
WARM_UP = 3
CONNECTIONS = 48
WORKERS = 2
THREADS = 12
BARE_PORT = 8712
TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True)
class _Load:
    """What came back: `times` in seconds of those accepted, `others` by status."""

    times: list[float]
    others: dict[str, int]
    seconds: float

    @property
    def accepted_per_second(self) -> float:
        return len(self.times) / self.seconds


def measure(stage: Stage) -> Iterator[Figure]:
    key = _inbox()
    stage.stack.web_workers, stage.stack.web_threads = WORKERS, THREADS
    stage.run("web")
    path, public = f"/hooks/channels/{key}", stage.origin
    _at_once(stage.stack.port, path, public, WARM_UP, "w")
    before = _kept()
    ours = _at_once(stage.stack.port, path, public, SECONDS, "m")
    kept = _kept() - before
    stage.rest()
    with _bare(stage):
        _at_once(BARE_PORT, path, public, WARM_UP, "w")
        theirs = _at_once(BARE_PORT, path, public, SECONDS, "m")
    yield Figure(
        "webhook_intake",
        ours.accepted_per_second,
        "webhooks accepted/s",
        theirs.accepted_per_second,
        {
            "offered_per_second": RATE,
            "seconds": SECONDS,
            "answered_ms": spread(ours.times),
            "bare_ms": spread(theirs.times),
            "lost": len(ours.times) - kept,
            "refused": ours.others,
        },
    )


def _inbox() -> str:
    inbox = InboxFactory(channel="sms", provider="twilio", address="+525500000000")
    inbox.settings = {"account_sid": "AC0", "auth_token": TOKEN}
    db.session.commit()
    return str(inbox.key)


def _kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ProviderCall)) or 0


def _at_once(port: int, path: str, public: str, seconds: int, mark: str) -> _Load:
    """From another process, so that the counting of calls does not wait for the making of them."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_load, port, path, public, seconds, mark).result()


def _load(port: int, path: str, public: str, seconds: int, mark: str) -> _Load:
    requests = [_request(path, public, f"{mark}{number}") for number in range(RATE * seconds)]
    return asyncio.run(_offer(port, requests))


def _request(path: str, public: str, mark: str) -> bytes:
    form = {
        "MessageSid": f"SM{mark:0>32}",
        "SmsStatus": "received",
        "From": f"+52551{hash(mark) % 10_000_000:07}",
        "To": "+525500000000",
        "Body": "Hola, ¿cuánto debo este mes?",
        "NumMedia": "0",
    }
    body = urlencode(form).encode()
    signature = RequestValidator(TOKEN).compute_signature(f"{public}{path}", form)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Signature: {signature}\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _offer(port: int, requests: list[bytes]) -> _Load:
    """Each connection takes every so-many-th request, when it is due and it is free."""
    times: list[float] = []
    others: dict[str, int] = {}
    begin = time.perf_counter() + 0.2

    async def one(place: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(place, len(requests), CONNECTIONS):
            due = begin + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(requests[number])
            status = await _status(reader)
            if status == "200":
                times.append(time.perf_counter() - due)
            else:
                others[status] = others.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(one(place) for place in range(CONNECTIONS)))
    return _Load(times, others, max(time.perf_counter() - begin, len(requests) / RATE))


async def _status(reader: asyncio.StreamReader) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lengths = [line for line in head.split("\r\n") if line.lower().startswith("content-length:")]
    await reader.readexactly(int(lengths[0].partition(":")[2]) if lengths else 0)
    return head.split(" ", 2)[1]


@contextmanager
def _bare(stage: Stage) -> Iterator[None]:
    with psycopg.connect(stage.stack.owner_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE bare_call (id uuid PRIMARY KEY, key text, body bytea)")
    command = [
        f"{BIN}/gunicorn", "--bind", f"127.0.0.1:{BARE_PORT}", "--worker-class", "gthread",
        "--workers", str(WORKERS), "--threads", str(THREADS), "--no-control-socket",
        "benchmarks.bare.intake:app",
    ]  # fmt: skip
    told = {**os.environ, "DATABASE_URL": stage.stack.owner_url}
    process = subprocess.Popen(command, cwd=ROOT, env=told)
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{BARE_PORT}/healthz"), "bare", seconds=30)
        yield
    finally:
        process.terminate()
        process.wait()
