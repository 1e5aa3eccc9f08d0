"""bill_run: seconds to bill a market of 100,000 accounts, by two processes as two workers would.

Beside it the same for 25,000, to see that it is linear, and each process's largest memory.
Reference: one bare INSERT … SELECT of as many invoices and charges into tables of the same shape.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.billing import service
from app.core import clock, db
from app.core.actor import SYSTEM
from app.factory import create_app
from benchmarks.figure import Figure
from benchmarks.stage import Stage
from benchmarks.statistics import analyze
from config import Config
from tests.factories.catalog import OfferVersionFactory
from tests.factories.markets import MarketFactory

DAYS = 1
ACCOUNTS = int(os.environ.get("BILL_RUN_ACCOUNTS", "100000"))
PROCESSES = 2
DAY, NOW = date(2026, 4, 1), datetime(2026, 4, 2, 18, tzinfo=UTC)

# Activated in the middle of March, so that each bill has the rest of a month and the next in
# advance; every tenth line has calls beyond its allowance.
_PEOPLE = """
WITH made AS (
    SELECT n, gen_random_uuid() AS customer, gen_random_uuid() AS account,
        gen_random_uuid() AS line
    FROM generate_series(1, :count) AS n
), customers AS (
    INSERT INTO customer (id, reference, kind, market_code, region, name, email, phone, language,
        segment, city, is_manager, created_at)
    SELECT customer, 'C-' || customer, 'person', :market, 'north', 'Valeria Soto',
        customer || '@example.com', '+5255' || n, 'es', 'consumer', 'Puebla', false, :since
    FROM made
), accounts AS (
    INSERT INTO account (id, reference, customer_id, market_code, currency, billing_day, created_at)
    SELECT account, 'A-' || account, customer, :market, 'MXN', 1, :since FROM made
), lines AS (
    INSERT INTO line (id, account_id, customer_id, market_code, service, mode, number, status,
        activated_at, created_at)
    SELECT line, account, customer, :market, 'mobile', 'postpaid', :market || '-' || n, 'active',
        :since, :since FROM made
), plans AS (
    INSERT INTO subscription (id, line_id, offer_version_id, kind, starts_at)
    SELECT gen_random_uuid(), line, :version, 'plan', :since FROM made
)
INSERT INTO usage_record (identity, line_id, kind, started_at, quantity, charged, received_at)
SELECT line, line, 'voice', :since, 90, 0.90, :since
FROM made WHERE n % 10 = 0
"""
_BARE = """
CREATE TEMP TABLE bare_invoice (LIKE invoice INCLUDING ALL);
CREATE TEMP TABLE bare_charge (LIKE charge INCLUDING ALL);
"""


def measure(stage: Stage) -> Iterator[Figure]:
    few = _run(stage, "QA", ACCOUNTS // 4)
    many = _run(stage, "QB", ACCOUNTS)
    yield Figure(
        "bill_run",
        many["seconds"],
        "s",
        _bare("QB"),
        {
            "accounts": ACCOUNTS,
            "invoices": many["issued"],
            "processes": PROCESSES,
            "planned_s": many["planned"],
            "largest_mb": many["largest_mb"],
            "quarter": few,
            "per_account_to_quarter": round(many["seconds"] / few["seconds"] / 4, 2),
        },
    )


def _run(stage: Stage, market: str, accounts: int) -> dict[str, Any]:
    people(market, accounts)
    begun = time.perf_counter()
    with clock.moved_to(NOW):
        run = service.plan_run(market, DAY, by=SYSTEM, started=True)
    planned = time.perf_counter() - begun
    stores = [stage.stack.database_url, stage.stack.redis_url]
    command = [sys.executable, "-m", "benchmarks.bill_run", str(run.id), *stores]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(PROCESSES)]
    told = [json.loads(each.communicate()[0]) for each in workers]
    issued = sum(each["issued"] for each in told)
    if issued != accounts:
        raise RuntimeError(f"{issued} invoices for {accounts} accounts")
    return {
        "seconds": round(planned + max(each["seconds"] for each in told), 2),
        "planned": round(planned, 2),
        "issued": issued,
        "largest_mb": max(each["largest_mb"] for each in told),
    }


def people(market: str, count: int) -> None:
    MarketFactory(code=market)
    version = OfferVersionFactory(offer__market_code=market)
    since = datetime(2026, 3, 10, tzinfo=UTC)
    given = {"count": count, "market": market, "version": version.id, "since": since}
    with db.transaction():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        db.session.execute(text(_PEOPLE), given)
    analyze()
    db.session.remove()


def _bare(market: str) -> float:
    with db.transaction():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in _BARE.strip().split("\n"):
            db.session.execute(text(statement))
        begun = time.perf_counter()
        for name, where in (
            ("invoice", "market_code = :market"),
            ("charge", "account_id IN (SELECT id FROM account WHERE market_code = :market)"),
        ):
            copied = f"INSERT INTO bare_{name} SELECT * FROM {name} WHERE {where}"
            db.session.execute(text(copied), {"market": market})
        return time.perf_counter() - begun


def _work(run_id: str, database_url: str, redis_url: str) -> None:
    """One of the processes: it starts its clock when it is ready to work."""
    app = create_app(Config(database_url=database_url, redis_url=redis_url, secret_key="bench"))
    with app.app_context(), clock.moved_to(NOW):
        begun = time.perf_counter()
        issued = service.work_off(UUID(run_id), by=SYSTEM)
        seconds = time.perf_counter() - begun
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"issued": issued.count, "seconds": round(seconds, 2), "largest_mb": round(largest)}
    print(json.dumps(told))


if __name__ == "__main__":
    _work(*sys.argv[1:])
