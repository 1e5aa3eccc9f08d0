"""rating_bulk: a file of usage records of many lines, rated through the service.

Reference: COPY of the same file into an unlogged table and one set-based INSERT … SELECT with a
unique hash, on the same PostgreSQL. RECORDS and LINES make it smaller; history is as large as the
file at first, and ten times that at the end.
"""

import csv
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psutil
import psycopg
from sqlalchemy import insert, select, text

from app.catalog import service as catalog
from app.catalog.models import Mode, OfferKind, Service, UsageKind
from app.catalog.offer_terms import OfferTerms
from app.core import db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money
from app.demo import embedded
from app.markets.queries import market
from app.subscriptions.models import Line, LineStatus, Subscription
from app.usage import grants, months, service
from app.usage.grants import Due
from benchmarks.figure import Figure
from benchmarks.stage import STATE, Stage
from benchmarks.statistics import analyze, bring_to_disk, tidy
from tests.factories.customers import AccountFactory

DAYS = 1
RECORDS = int(os.environ.get("RECORDS", "1000000"))
LINES = int(os.environ.get("LINES", str(max(1, RECORDS // 10))))
GIB, MIB = 1024**3, 1024**2
_AT_ONCE, _HISTORY_AT_ONCE = 5_000, 500_000
# Of seven lines three have enough of everything, two are unlimited, one pays for messages by the
# piece, and the data of one comes to its end with the first record or two.
_PLANS = ("enough", "enough", "enough", "unlimited", "unlimited", "pieces", "ended")
_RATES = {
    "data": {"per": MIB, "price": "0.05"},
    "sms": {"per": 1, "price": "0.85"},
    "voice": {"per": 60, "price": "0.60", "minimum": 60, "increment": 1},
}
_DATA, _VOICE, _SMS = UsageKind.DATA, UsageKind.VOICE, UsageKind.SMS
_ALLOWANCES = {
    "enough": {_DATA: 50 * GIB, _VOICE: 60_000, _SMS: 1_000},
    "unlimited": {_DATA: None, _VOICE: None, _SMS: None},
    "pieces": {_DATA: 50 * GIB, _VOICE: None},
    "ended": {_DATA: 10 * MIB, _VOICE: 60_000, _SMS: 1_000},
}
_OLD = text(
    """
    INSERT INTO usage_record (identity, line_id, kind, started_at, quantity, charged,
        received_at)
    SELECT gen_random_uuid(), line.id, 'sms', CAST(:last AS timestamptz)
        - interval '3 days' - random() * interval '300 days', 1, 0, now()
    FROM (SELECT id, row_number() OVER () AS n FROM line WHERE number LIKE '+5299%') AS line
    JOIN (SELECT 1 + mod(n, (SELECT count(*) FROM line WHERE number LIKE '+5299%')) AS n
        FROM generate_series(1, :count) AS n) AS wanted ON wanted.n = line.n
    """
)


def measure(_stage: Stage) -> Iterator[Figure]:
    lines = lines_with_plans()
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    history(today, RECORDS)
    first = _rate(_file(lines, today - timedelta(days=2)))
    reference = _reference(_file(lines, today - timedelta(days=2)))
    history(today, 9 * RECORDS)
    second = _rate(_file(lines, today - timedelta(days=1)))
    yield Figure(
        "rating_bulk",
        first["records_per_second"],
        "records/s",
        reference,
        {
            "records": RECORDS,
            "lines": LINES,
            **first,
            "with_ten_times_the_history": second,
            "slower_per_record": round(second["seconds"] / first["seconds"] - 1, 3),
        },
    )


def _rate(path: Path) -> dict[str, float]:
    me = psutil.Process()
    before = me.memory_info().rss
    tidy()
    bring_to_disk()
    started = time.perf_counter()
    outcome = service.ingest_file(path, by=SYSTEM)
    seconds = time.perf_counter() - started
    assert outcome.accepted == RECORDS, outcome
    return {
        "records_per_second": round(RECORDS / seconds),
        "seconds": round(seconds, 2),
        "grown_mb": round((me.memory_info().rss - before) / MIB, 1),
    }


def _reference(path: Path) -> float:
    url = db.session.get_bind().engine.url.set(drivername="postgresql", username=embedded.SUPERUSER)
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        columns = """line_id uuid, kind text, started_at timestamptz, quantity bigint,
            other_party text, source text, record_id text, ended_at timestamptz, abroad jsonb"""
        connection.execute(f"CREATE TABLE plain_record ({columns}, hash bytea UNIQUE)")
        connection.commit()
        tidy()
        bring_to_disk()
        started = time.perf_counter()
        connection.execute(f"CREATE UNLOGGED TABLE plain_staged ({columns})")
        with (
            path.open("rb") as file,
            connection.cursor().copy("COPY plain_staged FROM STDIN (FORMAT csv)") as copy,
        ):
            while block := file.read(MIB):
                copy.write(block)
        connection.execute(
            "INSERT INTO plain_record SELECT *, sha256(convert_to(source || record_id, 'UTF8')) "
            "FROM plain_staged ON CONFLICT (hash) DO NOTHING"
        )
        connection.commit()
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE plain_record, plain_staged")
    return RECORDS / seconds


def _file(lines: list[UUID], day: datetime) -> Path:
    """A day's records in the order they ended, as a network element writes them."""
    dice = random.Random(day.toordinal())
    path = STATE / f"records-{day:%Y%m%d}.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        for n in range(RECORDS):
            at = day + timedelta(seconds=86_400 * n / RECORDS)
            kind, quantity, party = dice.choice(
                (
                    ("data", dice.randrange(60 * MIB), None),
                    ("data", dice.randrange(60 * MIB), None),
                    ("voice", dice.randrange(600), f"+5255{dice.randrange(10**8):08d}"),
                    ("sms", 1, f"+5255{dice.randrange(10**8):08d}"),
                )
            )
            line = lines[dice.randrange(len(lines))]
            rows.writerow(
                (line, kind, at.isoformat(), quantity, party, "msc-1", f"{day:%j}-{n}", None, None)
            )
    return path


def lines_with_plans() -> list[UUID]:
    """Lines with plans, ten to an account. What is measured begins when they are there."""
    made = {name: _plan(name) for name in _ALLOWANCES}
    plans = [made[name] for name in _PLANS]
    lines: list[UUID] = []
    for start in range(0, LINES, _AT_ONCE):
        with db.transaction():
            lines += _some_lines(range(start, min(start + _AT_ONCE, LINES)), plans)
    analyze()
    return lines


def _plan(name: str) -> UUID:
    offer = catalog.publish(
        OfferTerms(
            market_code="MX",
            code=f"bench-{name}",
            name=name,
            kind=OfferKind.PLAN,
            service=Service.MOBILE,
            mode=Mode.POSTPAID,
            price=Money.of("299", "MXN"),
            allowances=_ALLOWANCES[name],
            rates=_RATES,
            valid_from=datetime.now(UTC) - timedelta(days=500),
        ),
        by=SYSTEM,
    )
    return offer.versions[-1].id


def _some_lines(numbers: range, plans: list[UUID]) -> list[UUID]:
    now = datetime.now(UTC)
    since = now - timedelta(days=400)
    account = AccountFactory(customer__market_code="MX", market_code="MX", currency="MXN")
    lines = [
        {
            "id": new_id(),
            "account_id": account.id,
            "customer_id": account.customer_id,
            "market_code": "MX",
            "service": Service.MOBILE,
            "mode": Mode.POSTPAID,
            "number": f"+5299{number:08d}",
            "status": LineStatus.ACTIVE,
            "activated_at": since,
            "created_at": since,
        }
        for number in numbers
    ]
    db.session.execute(insert(Line), lines)
    terms = [
        {
            "id": new_id(),
            "line_id": line["id"],
            "offer_version_id": plans[n % len(plans)],
            "kind": OfferKind.PLAN,
            "starts_at": since,
        }
        for n, line in zip(numbers, lines, strict=True)
    ]
    db.session.execute(insert(Subscription), terms)
    _begin_month([term["id"] for term in terms], now)
    return [line["id"] for line in lines]


def _begin_month(subscription_ids: list[UUID], now: datetime) -> None:
    """The allowances of this month and the one before, as the nightly renewal grants them."""
    query = select(Subscription).where(Subscription.id.in_(subscription_ids))
    since, mexico = now - timedelta(days=3), market("MX")
    terms = db.session.scalars(query)
    grants.write(grants.monthly_grants(Due(each, since, now, 1, mexico) for each in terms))
    db.session.expunge_all()


def history(today: datetime, records: int) -> None:
    """Records of the months before, as they would be had they been rated."""
    first, last = months.month_of(today - timedelta(days=330)), months.month_of(today)
    with db.transaction():
        months.make(db.session.connection(), months.between(first, last))
    for _ in range(max(1, records // _HISTORY_AT_ONCE)):
        with db.transaction():
            db.session.execute(text("SET LOCAL statement_timeout = 0"))
            db.session.execute(_OLD, {"count": min(records, _HISTORY_AT_ONCE), "last": today})
    analyze("usage_record")
