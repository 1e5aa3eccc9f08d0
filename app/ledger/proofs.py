"""Comparing the books with the rows they record, each comparison in one statement."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from app.core import db


@dataclass(frozen=True, slots=True)
class Found:
    """A difference. Amounts are as the rows count: what is owed to us, or held for customers."""

    what: str
    account_id: UUID | None
    market_code: str | None
    currency: str
    in_ledger: Decimal
    in_rows: Decimal


# What entries do not sum to zero by, whichever way, in each market and currency.
_UNBALANCED = """
SELECT NULL::uuid, market_code, currency, sum(abs(amount)), 0
FROM (
    SELECT e.market_code, l.currency, sum(l.amount) AS amount
    FROM ledger_leg l JOIN ledger_entry e ON e.id = l.entry_id
    GROUP BY e.id, e.market_code, l.currency HAVING sum(l.amount) <> 0
) entries GROUP BY market_code, currency
"""

_BY_ACCOUNT = """
SELECT amounts.account_id, a.market_code, amounts.currency, amounts.in_ledger, amounts.in_rows
FROM (SELECT account_id, currency, coalesce(b.amount, 0) AS in_ledger,
        coalesce(r.amount, 0) AS in_rows
FROM (
    SELECT account_id, currency, {sign} sum(amount) AS amount FROM ledger_leg
    WHERE book = '{book}' GROUP BY account_id, currency
) b FULL JOIN ({rows}) r USING (account_id, currency)
) amounts JOIN account a ON a.id = amounts.account_id
WHERE amounts.in_ledger <> amounts.in_rows
"""

_OPEN_INVOICES = """
SELECT account_id, currency, sum(total + debited - paid - credited - written_off) AS amount
FROM invoice WHERE status <> 'void' GROUP BY account_id, currency
"""
_CREDITS = "SELECT account_id, currency, sum(amount) AS amount FROM account_credit GROUP BY 1, 2"
_BALANCES = """
SELECT l.account_id, b.currency, sum(b.amount) AS amount
FROM balance b JOIN line l ON l.id = b.line_id GROUP BY 1, 2
"""
_DEPOSITS = """
SELECT account_id, currency, sum(amount - used) AS amount
FROM deposit WHERE returned_at IS NULL GROUP BY 1, 2
"""
_UNALLOCATED = """
SELECT NULL::uuid, market_code, currency, coalesce(b.amount, 0), coalesce(r.amount, 0)
FROM (
    SELECT e.market_code, l.currency, -sum(l.amount) AS amount
    FROM ledger_leg l JOIN ledger_entry e ON e.id = l.entry_id
    WHERE l.book = 'unallocated' GROUP BY 1, 2
) b FULL JOIN (
    SELECT market_code, currency, sum(amount - used) AS amount FROM unallocated_cash GROUP BY 1, 2
) r USING (market_code, currency)
WHERE coalesce(b.amount, 0) <> coalesce(r.amount, 0)
"""

_SUMS = """
SELECT 'sums:' || book || coalesce(':' || nullif(provider, ''), ''), NULL::uuid, market_code,
    currency, coalesce(legs.amount, 0), coalesce(parts.amount, 0)
FROM (
    SELECT e.market_code, l.book, coalesce(l.provider, '') AS provider, l.currency,
        sum(l.amount) AS amount
    FROM ledger_leg l JOIN ledger_entry e ON e.id = l.entry_id GROUP BY 1, 2, 3, 4
) legs FULL JOIN (
    SELECT market_code, book, coalesce(provider, '') AS provider, currency, sum(amount) AS amount
    FROM ledger_sum GROUP BY 1, 2, 3, 4
) parts USING (market_code, book, provider, currency)
WHERE coalesce(legs.amount, 0) <> coalesce(parts.amount, 0)
"""

_CHECKS = {
    "unbalanced": _UNBALANCED,
    "receivable": _BY_ACCOUNT.format(book="receivable", sign="", rows=_OPEN_INVOICES),
    "customer_credit": _BY_ACCOUNT.format(book="customer_credit", sign="-", rows=_CREDITS),
    "prepaid": _BY_ACCOUNT.format(book="prepaid", sign="-", rows=_BALANCES),
    "deposits": _BY_ACCOUNT.format(book="deposits", sign="-", rows=_DEPOSITS),
    "unallocated": _UNALLOCATED,
}


def differences() -> list[Found]:
    """Everything that does not agree; empty when the books are right."""
    found = [
        Found(what, *row)
        for what, query in _CHECKS.items()
        for row in db.session.execute(text(query))
    ]
    return [*found, *(Found(*row) for row in db.session.execute(text(_SUMS)))]
