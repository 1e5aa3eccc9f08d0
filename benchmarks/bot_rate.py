"""bot_rate: how many questions a second one Rasa process on one core answers through everything.

A hundred customers in three languages ask at a rate, then faster, until the 95th of 100 waits more
than a quarter of a second for the bot's first bubble. Reference: the same questions at the same
rates to Rasa itself over REST. With it the process's memory and the time of understanding alone.
"""

import asyncio
import itertools
import json
import os
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import httpx

from app.customers import queries
from app.demo import botroom
from app.demo.stack import BOT_PYTHON, ROOT
from benchmarks import people
from benchmarks.bot_answer import TEXTS
from benchmarks.figure import Figure
from benchmarks.load.generator import load_generator
from benchmarks.people import Talker
from benchmarks.spread import spread
from benchmarks.stage import Stage

DAYS = 40
CUSTOMERS = 100
RATES = (5, 10, 15, 20, 25, 30, 40)
SECONDS = float(os.environ.get("SECONDS", "12"))
TOO_LONG_MS = 250
MEBIBYTE = 1024 * 1024


def measure(stage: Stage) -> Iterator[Figure]:
    stage.stack.model = botroom.train()
    stage.run("web", "sockets", "worker", "world", "actions", "rasa")
    stage.pin("rasa", 0)
    talkers = _talkers(stage)
    texts = [text for each in zip(*TEXTS.values(), strict=True) for text in each]
    with load_generator() as load:
        tokens = [each.token for each in talkers]
        load.enter(stage.sockets_url, stage.origin, {"customers": tokens, "agents": []})
        load.consult(texts, 10, CUSTOMERS / 10)  # wakes everything up; everybody has begun
        ours = _faster(lambda rate: load.consult(texts, rate, SECONDS))
        load.leave()
    worked = _cpu_ms(stage, talkers, texts)
    theirs = _faster(lambda rate: asyncio.run(_ask_rasa(stage, talkers, texts, rate)))
    yield Figure(
        "bot_rate",
        _holds(ours),
        "messages/s",
        _holds(theirs),
        {
            "what": f"highest rate with p95 ≤ {TOO_LONG_MS} ms, one process on one core",
            "ours": ours,
            "rasa": theirs,
            "rasa_cpu_ms_per_message": worked,
        },
    )
    memory = stage.process("rasa").memory_info().rss / MEBIBYTE
    yield Figure("bot_memory", memory, "MiB", 0, {"goal": 1.2 * 1024})
    stage.rest()
    yield _classification()


def _talkers(stage: Stage) -> list[Talker]:
    """The three customers in turn, each time in another talk."""
    known = [queries.by_email(email) for email in TEXTS]
    chosen = itertools.islice(itertools.cycle(known), CUSTOMERS)
    return [people.with_bot(each, origin=stage.origin) for each in chosen if each is not None]


def _faster(ask: Any) -> list[dict[str, Any]]:
    """Until it no longer keeps up."""
    told = []
    for rate in RATES:
        told.append(ask(rate))
        if not _kept_up(told[-1]):
            break
    return told


def _kept_up(told: dict[str, Any]) -> bool:
    lost = told["unanswered"] or told["refused"] or told["still_waiting_when_due"]
    return not lost and told["ms"]["p95"] <= TOO_LONG_MS


def _holds(told: list[dict[str, Any]]) -> float:
    return max((each["rate"] for each in told if _kept_up(each)), default=0.0)


def _cpu_ms(stage: Stage, talkers: list[Talker], texts: list[str]) -> float:
    """Rasa's own work for a message, when nothing else is asked of it."""
    before = stage.cpu_seconds("rasa")
    told = asyncio.run(_ask_rasa(stage, talkers, texts, 5))
    return round((stage.cpu_seconds("rasa") - before) / max(1, told["answered"]) * 1000, 1)


async def _ask_rasa(
    stage: Stage, talkers: list[Talker], texts: list[str], rate: float
) -> dict[str, Any]:
    url = f"http://127.0.0.1:{stage.stack.rasa_port}/webhooks/rest/webhook"
    taken: list[float] = []
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:

        async def ask(talker: Talker, text: str) -> None:
            begun = time.monotonic()
            about = {"conversation_id": str(talker.conversation_id), "language": "es"}
            sent = {"sender": about["conversation_id"], "message": text, "metadata": about}
            (await client.post(url, json=sent)).raise_for_status()
            taken.append(time.monotonic() - begun)

        asked, begun = [], time.monotonic()
        each = zip(itertools.cycle(talkers), itertools.cycle(texts), strict=False)
        for number, (talker, text) in enumerate(itertools.islice(each, int(rate * SECONDS))):
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            asked.append(asyncio.create_task(ask(talker, text)))
        failed = sum(
            isinstance(each, Exception)
            for each in await asyncio.gather(*asked, return_exceptions=True)
        )
    return {
        "rate": rate,
        "answered": len(taken),
        "unanswered": failed,
        "refused": 0,
        "still_waiting_when_due": 0,
        "ms": spread(taken),
    }


def _classification() -> Figure:
    """Understanding alone, message by message, on one core: mean, beside it the 95th of 100."""
    model = botroom.train()
    told = subprocess.run(
        [BOT_PYTHON, ROOT / "bot" / "evaluate.py", "--model", model, ROOT / "bot/eval/es.jsonl"],
        env=os.environ | {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"},
        preexec_fn=lambda: os.sched_setaffinity(0, {0}),
        capture_output=True,
        text=True,
        check=True,
    )
    times = json.loads(told.stdout.splitlines()[-1])["milliseconds"]
    return Figure("bot_classification", times["mean"], "ms", 0, {"p95": times["p95"], "goal": 40})
