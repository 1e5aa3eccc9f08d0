"""prepaid_debit: sessions of prepaid lines authorised and debited, by clients at once.

Reference: a bare `UPDATE` of one balance row a transaction, by plain psycopg on as many
connections of the same PostgreSQL.
"""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from uuid import UUID

import psycopg

from app.catalog.models import UsageKind
from app.core import db
from app.core.actor import SYSTEM
from app.usage.service import charging
from benchmarks.figure import Figure
from benchmarks.spread import spread
from benchmarks.stage import Stage
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory, BucketFactory

DAYS = 1
CLIENTS = 8
LINES = 500
SECONDS = 10.0
WARM_UP = 2.0

Times = dict[str, list[float]]


def measure(stage: Stage) -> Iterator[Figure]:
    lines = _lines()
    url = stage.stack.database_url
    theirs = _at_once(_bare, url, lines)
    ours = _at_once(_charge, url, lines)
    pairs = len(ours["debit"]) / SECONDS
    updates = len(theirs["update"]) / SECONDS
    yield Figure(
        "prepaid_debit",
        pairs,
        "sessions authorised and debited/s",
        updates,
        {
            "clients": CLIENTS,
            "requests_per_second": round(2 * pairs),
            "requests_to_updates": round(2 * pairs / updates, 2),
            "authorise_ms": spread(ours["authorise"]),
            "debit_ms": spread(ours["debit"]),
            "bare_update_ms": spread(theirs["update"]),
        },
    )


def _lines() -> list[UUID]:
    """Every other line has an allowance that is drawn from first."""
    version, account = OfferVersionFactory(prepaid=True), AccountFactory()
    made = [line_with_plan(version, account=account) for _ in range(LINES)]
    for number, line in enumerate(made):
        BalanceFactory(line=line, amount=Decimal(1_000_000))
        if number % 2:
            BucketFactory(line=line, kind=UsageKind.VOICE, granted=36_000)
    return [line.id for line in made]


def _at_once(work: Callable[[str, list[UUID], float], Times], url: str, lines: list[UUID]) -> Times:
    """All clients begin together, warm up and are then timed for the same seconds."""
    begin = time.time() + 6
    with ProcessPoolExecutor(CLIENTS, mp_context=get_context("spawn")) as pool:
        done = [pool.submit(work, url, lines, begin) for _ in range(CLIENTS)]
        told = [each.result() for each in done]
    return {name: [taken for each in told for taken in each[name]] for name in told[0]}


def _charge(url: str, lines: list[UUID], begin: float) -> Times:
    db.connect(url, pool_size=1, patient=True)
    names = (f"bench;{random.getrandbits(96):x}" for _ in iter(int, 1))

    def once() -> Iterator[tuple[str, float]]:
        name, at = next(names), time.perf_counter()
        charging.authorise(name, random.choice(lines), UsageKind.VOICE, wanted=60, by=SYSTEM)
        yield "authorise", time.perf_counter() - at
        at = time.perf_counter()
        charging.update(name, 1, used=60, wanted=60, by=SYSTEM)
        yield "debit", time.perf_counter() - at

    return _timed(once, begin, ("authorise", "debit"))


def _bare(url: str, lines: list[UUID], begin: float) -> Times:
    sql = "UPDATE balance SET amount = amount - 0.01 WHERE line_id = %s"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:

        def once() -> Iterator[tuple[str, float]]:
            at = time.perf_counter()
            connection.execute(sql, (random.choice(lines),))
            yield "update", time.perf_counter() - at

        return _timed(once, begin, ("update",))


def _timed(
    once: Callable[[], Iterator[tuple[str, float]]], begin: float, names: tuple[str, ...]
) -> Times:
    times: Times = {name: [] for name in names}
    time.sleep(max(0.0, begin - time.time()))
    until = time.perf_counter() + WARM_UP
    while time.perf_counter() < until:
        list(once())
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        for name, taken in once():
            times[name].append(taken)
    return times
