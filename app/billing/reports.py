"""Figures for billing administrators: usage rated against billed, revenue, what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from app.core import db
from app.markets.models import Market

# Periods are named by the month in which they start. `late` reached us after its bill was issued,
# and is on a later one as a prior period.
_PERIODS = """
WITH period AS (
    SELECT id, number, account_id, period_start, issued_at,
        date_trunc('month', period_start)::date AS month,
        period_start::timestamp AT TIME ZONE :zone AS starts_at,
        period_end::timestamp AT TIME ZONE :zone AS ends_at
    FROM invoice
    WHERE market_code = :market AND period_start >= :since AND period_start < :until
), rated AS (
    SELECT period.id, line.id AS line_id, usage_record.kind, sum(charged) AS rated,
        coalesce(sum(charged) FILTER (WHERE received_at > issued_at), 0) AS late
    FROM period
    JOIN line ON line.account_id = period.account_id AND line.mode = 'postpaid'
    JOIN usage_record ON usage_record.line_id = line.id AND charged > 0
        AND started_at >= starts_at AND started_at < ends_at
    GROUP BY period.id, line.id, usage_record.kind
), billed AS (
    SELECT period.id, charge.line_id, charge.description AS kind,
        coalesce(sum(amount) FILTER (WHERE because ->> 'prior' = 'false'), 0) AS billed,
        coalesce(sum(amount) FILTER (WHERE because ->> 'prior' = 'true'), 0) AS prior
    FROM period JOIN charge ON charge.invoice_id = period.id AND charge.kind = 'usage'
    GROUP BY period.id, charge.line_id, charge.description
), both_sides AS (
    SELECT id, line_id, kind, coalesce(rated, 0) AS rated, coalesce(late, 0) AS late,
        coalesce(billed, 0) AS billed, coalesce(prior, 0) AS prior
    FROM rated FULL JOIN billed USING (id, line_id, kind)
)
"""
_BY_MONTH = text(
    _PERIODS  # noqa: S608 - nothing in it comes from outside
    + """
    SELECT month, kind, sum(rated), sum(late), sum(billed), sum(prior),
        count(*) FILTER (WHERE rated - late <> billed)
    FROM both_sides JOIN period USING (id)
    GROUP BY month, kind ORDER BY month DESC, kind
    """
)
_BY_LINE = text(
    _PERIODS  # noqa: S608 - nothing in it comes from outside
    + """
    SELECT period.id, period.number, line.number, rated, late, billed, prior
    FROM both_sides JOIN period USING (id) JOIN line ON line.id = line_id
    WHERE kind = :kind AND (late <> 0 OR prior <> 0 OR rated - late <> billed)
    ORDER BY abs(rated - late - billed) DESC, late DESC, period.number, line.number
    LIMIT :most
    """
)
_NOT_BILLED = text(
    """
    SELECT usage_record.kind, sum(charged)
    FROM line JOIN usage_record ON usage_record.line_id = line.id AND charged > 0
    LEFT JOIN LATERAL (
        SELECT max(period_end)::timestamp AT TIME ZONE :zone AS at
        FROM invoice WHERE invoice.account_id = line.account_id
    ) AS billed_until ON true
    WHERE line.market_code = :market AND line.mode = 'postpaid'
        AND (billed_until.at IS NULL OR started_at >= billed_until.at)
    GROUP BY usage_record.kind ORDER BY usage_record.kind
    """
)
_REVENUE = text(
    """
    SELECT date_trunc('month', invoice.issued_at AT TIME ZONE :zone)::date AS month,
        CASE WHEN charge.kind = 'usage' THEN '' ELSE charge.description END AS plan,
        sum(charge.amount), count(DISTINCT charge.line_id)
    FROM invoice JOIN charge ON charge.invoice_id = invoice.id
    WHERE invoice.market_code = :market AND charge.kind <> 'credit'
        AND invoice.issued_at >= CAST(:since AS timestamp) AT TIME ZONE :zone
    GROUP BY month, plan ORDER BY month, sum(charge.amount) DESC, plan
    """
)
_AGES = text(
    """
    SELECT market_code, currency,
        CASE WHEN due_on >= CAST(:today AS date) THEN 0
            ELSE least((CAST(:today AS date) - due_on - 1) / 30 + 1, 4) END AS age,
        count(*), sum(total + debited - paid - credited - written_off),
        sum(coalesce(held.amount, 0))
    FROM invoice LEFT JOIN (
        SELECT invoice_id, sum(amount) AS amount FROM dunning_hold
        WHERE lifted_at IS NULL GROUP BY invoice_id
    ) AS held ON held.invoice_id = invoice.id
    WHERE status = 'open' AND market_code = :market
    GROUP BY market_code, currency, age ORDER BY age
    """
)

_BAD_DEBT = text(
    """
    SELECT coalesce(sum(amount) FILTER (WHERE kind = 'written_off'), 0),
        coalesce(sum(amount) FILTER (WHERE kind = 'undone'), 0),
        coalesce(sum(amount) FILTER (WHERE kind = 'recovered'), 0)
    FROM bad_debt_sum WHERE market_code = :market
    """
)
# Accounts without an open line that owe something, or of whom something is written off.
_DEBTORS = text(
    """
    SELECT account.id, account.reference, customer.id, customer.name, account.currency,
        owing.due, owing.written_off, owing.due_since,
        (SELECT max(closed_at) FROM line WHERE line.account_id = account.id),
        EXISTS (SELECT FROM dispute JOIN invoice ON invoice.id = dispute.invoice_id
            WHERE invoice.account_id = account.id AND dispute.state = 'open')
    FROM (
        SELECT account_id,
            sum(total + debited - paid - credited - written_off) AS due,
            sum(written_off) AS written_off, min(due_on) AS due_since
        FROM invoice
        WHERE market_code = :market AND (status = 'open' OR written_off > 0)
            AND NOT EXISTS (SELECT FROM line
                WHERE line.account_id = invoice.account_id AND closed_at IS NULL)
        GROUP BY account_id
    ) AS owing
    JOIN account ON account.id = owing.account_id
    JOIN customer ON customer.id = account.customer_id
    ORDER BY owing.due = 0, owing.due_since, account.reference
    LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One month and kind. `prior` was billed in it for earlier ones; `lines` differ."""

    month: date
    kind: str
    rated: Decimal
    late: Decimal
    billed: Decimal
    prior: Decimal
    lines: int

    @property
    def difference(self) -> Decimal:
        """What is neither billed nor late: nothing, unless something is wrong."""
        return self.rated - self.late - self.billed


@dataclass(frozen=True, slots=True)
class ReconciledLine:
    invoice_id: UUID
    invoice: str
    line: str
    rated: Decimal
    late: Decimal
    billed: Decimal
    prior: Decimal

    @property
    def difference(self) -> Decimal:
        return self.rated - self.late - self.billed


@dataclass(frozen=True, slots=True)
class Revenue:
    """What was invoiced for a plan in a month, in catalogue prices; `plan` empty is usage."""

    month: date
    plan: str
    amount: Decimal
    lines: int


@dataclass(frozen=True, slots=True)
class Age:
    """Open invoices by how long they are due: 0 not yet, then by 30 days, 4 is over 90."""

    age: int
    count: int
    due: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True)
class BadDebtSums:
    """All that was ever written off in a market, and what of it came back."""

    written_off: Decimal
    undone: Decimal
    recovered: Decimal

    @property
    def left(self) -> Decimal:
        return self.written_off - self.undone - self.recovered


@dataclass(frozen=True, slots=True)
class Debtor:
    """A closed account that owes, `due` and `written_off` in its currency."""

    account_id: UUID
    reference: str
    customer_id: UUID
    customer: str
    currency: str
    due: Decimal
    written_off: Decimal
    due_since: date
    closed_at: datetime | None
    is_disputed: bool


def bad_debt(market: Market) -> BadDebtSums:
    return BadDebtSums(*db.session.execute(_BAD_DEBT, {"market": market.code}).one())


def debtors(market: Market, most: int = 200) -> list[Debtor]:
    """Closed accounts that owe, the longest due first; then those that are written off."""
    given = {"market": market.code, "most": most}
    return [Debtor(*row) for row in db.session.execute(_DEBTORS, given)]


def reconciliation(market: Market, since: date, until: date) -> list[Reconciled]:
    """By month in which billed periods start, since ≤ month < until, the latest first."""
    rows = db.session.execute(_BY_MONTH, _asked(market, since, until))
    return [Reconciled(*row) for row in rows]


def reconciled_lines(
    market: Market, since: date, until: date, kind: str, most: int = 500
) -> list[ReconciledLine]:
    """The lines behind a difference, the largest first."""
    given = {**_asked(market, since, until), "kind": kind, "most": most}
    return [ReconciledLine(*row) for row in db.session.execute(_BY_LINE, given)]


def not_billed_yet(market: Market) -> dict[str, Decimal]:
    """Usage of postpaid lines after the end of their last bill, by kind."""
    rows = db.session.execute(_NOT_BILLED, {"market": market.code, "zone": market.timezone})
    return {row[0]: row[1] for row in rows}


def revenue(market: Market, since: date) -> list[Revenue]:
    """By month of issue since a day, and by plan, the largest first."""
    given = {"market": market.code, "zone": market.timezone, "since": since}
    return [Revenue(*row) for row in db.session.execute(_REVENUE, given)]


def ages(market: Market, today: date) -> Sequence[Age]:
    """What is owed in a market, by age."""
    given = {"market": market.code, "today": today}
    found = {row[2]: Age(*row[2:]) for row in db.session.execute(_AGES, given)}
    nothing = Decimal(0)
    return [found.get(age, Age(age, 0, nothing, nothing)) for age in range(5)]


def _asked(market: Market, since: date, until: date) -> dict[str, object]:
    return {"market": market.code, "zone": market.timezone, "since": since, "until": until}
