"""Customers with very much: an account of 2,000 lines, and a line with five years behind it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.core import clock, db
from app.customers.models import Account
from app.subscriptions.models import Line
from app.usage import months
from benchmarks.statistics import analyze
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan

LINES = 2000
YEARS = 5

_LINES = """
WITH made AS (
    SELECT n, gen_random_uuid() AS line, gen_random_uuid() AS plan
    FROM generate_series(1, :count) AS n
), lines AS (
    INSERT INTO line (id, account_id, customer_id, market_code, service, mode, number, status,
        activated_at, created_at)
    SELECT line, :account, :customer, :market, 'mobile', 'postpaid',
        '+5299' || lpad(n::text, 8, '0'), 'active', :since, :since FROM made
), plans AS (
    INSERT INTO subscription (id, line_id, offer_version_id, kind, starts_at)
    SELECT plan, line, :version, 'plan', :since FROM made
)
INSERT INTO bucket (id, line_id, subscription_id, kind, granted, used, priority, starts_at,
    expires_at, name, carried, least_carried, most_carried, overdraws, throttles, told)
SELECT gen_random_uuid(), line, plan, 'data', 1000, 10, 0, :since, :until,
    '', 0, 0, 0, false, false, 0 FROM made
"""
# A bill, a bucket, a former plan and a block a month, a hundred records a day.
_PAST = (
    """
    INSERT INTO invoice (id, number, account_id, market_code, currency, period_start, period_end,
        issued_at, due_on, status, net, tax, total, paid, credited, debited, paid_at)
    SELECT gen_random_uuid(), 'INV-PAST-' || n, :account, :market, 'MXN',
        m::date, (m + interval '1 month')::date, m, m::date, 'paid',
        257.76, 41.24, 299, 299, 0, 0, m
    FROM generate_series(1, :months) AS n,
        LATERAL (SELECT :since + n * interval '1 month' AS m) AS d
    """,
    """
    INSERT INTO charge (id, account_id, line_id, kind, description, amount, currency,
        period_start, period_end, because, effect_key, invoice_id, created_at)
    SELECT gen_random_uuid(), :account, :line, 'recurring', 'Plus 20GB', 299, 'MXN',
        period_start, period_end, '{"rule": "month"}', 'past:' || number, id, issued_at
    FROM invoice WHERE account_id = :account
    """,
    """
    UPDATE subscription SET starts_at = (
        SELECT max(period_end) FROM invoice WHERE account_id = :account
    ) WHERE line_id = :line
    """,
    """
    INSERT INTO subscription (id, line_id, offer_version_id, kind, starts_at, ends_at)
    SELECT gen_random_uuid(), :line, :version, 'plan', period_start, period_end
    FROM invoice WHERE account_id = :account
    """,
    """
    INSERT INTO block (id, line_id, reason, effect, placed_by, placed_at, lifted_at)
    SELECT gen_random_uuid(), :line, 'lost', 'outgoing', 'Dialtone', period_start, period_end
    FROM invoice WHERE account_id = :account
    """,
    """
    INSERT INTO bucket (id, line_id, subscription_id, kind, granted, used, priority, starts_at,
        expires_at, name, carried, least_carried, most_carried, overdraws, throttles, told)
    SELECT gen_random_uuid(), :line, id, 'data', 1000, 10, 0, starts_at, ends_at,
        '', 0, 0, 0, false, false, 0
    FROM subscription WHERE line_id = :line AND ends_at IS NOT NULL
    """,
    """
    INSERT INTO usage_record (identity, line_id, kind, started_at, quantity, charged, received_at)
    SELECT gen_random_uuid(), :line, 'voice',
        :since + n * interval '15 minutes', 60, 0, :since
    FROM generate_series(1, :records) AS n
    """,
    """
    INSERT INTO daily_usage (line_id, day, kind, quantity)
    SELECT :line, (:since + n * interval '1 day')::date, kind, 1000
    FROM generate_series(1, :days) AS n, (VALUES ('data'), ('voice'), ('sms')) AS k (kind)
    """,
)


def many_lines() -> UUID:
    """The customer."""
    account, version = AccountFactory(), OfferVersionFactory()
    given = {"count": LINES, "version": version.id, "until": clock.now() + timedelta(days=20)}
    _execute(_LINES, {**_of(account), **given, "since": clock.now() - timedelta(days=60)})
    return account.customer_id


def long_history() -> UUID:
    """The customer."""
    since = clock.now() - timedelta(days=365 * YEARS)
    line: Line = line_with_plan(activated_at=since)
    spanned = months.between(months.month_of(since), months.month_of(clock.now()))
    with db.transaction():
        months.make(db.session.connection(), spanned)
    given = {
        "line": line.id,
        "version": line.subscriptions[0].offer_version_id,
        "since": since,
        "months": 12 * YEARS - 2,  # the plan of now began a month or two ago
        "days": 365 * YEARS,
        "records": 365 * YEARS * 96,
    }
    for statement in _PAST:
        _execute(statement, {**_of(line.account), **given})
    return line.customer_id


def _of(account: Account) -> dict[str, object]:
    return {
        "account": account.id,
        "customer": account.customer_id,
        "market": account.market_code,
    }


def _execute(statement: str, given: dict[str, object]) -> None:
    with db.transaction():
        db.session.execute(text(statement), given)
    analyze()
