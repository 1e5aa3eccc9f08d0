"""Ten thousand payments: their sums, as SQL counts them, are those of the books."""

from decimal import Decimal

import pytest
from sqlalchemy import select, text

from app.core import db
from app.ledger import proofs, service
from app.ledger.models import LedgerEntry
from app.payments.models import Payment
from tests.factories.customers import AccountFactory

pytestmark = pytest.mark.long

MANY = 10_000

_INVOICES = """
INSERT INTO invoice (id, number, account_id, market_code, currency, period_start, period_end,
    issued_at, due_on, status, net, tax, total, paid, credited, debited, paid_at)
SELECT gen_random_uuid(), 'N-' || n, :account, 'MX', 'MXN', date '2000-01-01' + n, '2050-01-01',
    now(), '2026-01-01', 'paid', n, n * 0.16, n * 1.16, n * 1.16, 0, 0, now()
FROM generate_series(1, :many) n
"""
_PAYMENTS = """
INSERT INTO payment (id, account_id, invoice_id, amount, currency, status, provider,
    idempotency_key, asked, created_at, settled_at, checks)
SELECT gen_random_uuid(), account_id, id, total, currency, 'succeeded',
    CASE right(number, 1) WHEN '7' THEN 'bank' ELSE 'sandbox' END, number, '{}', now(), now(), 0
FROM invoice
"""


@pytest.mark.usefixtures("app")
def test_ten_thousand_payments_and_their_bills_are_in_the_books_exactly():
    account = AccountFactory()
    db.session.execute(text(_INVOICES), {"account": account.id, "many": MANY})
    db.session.execute(text(_PAYMENTS))
    ids = db.session.scalars(select(Payment.id)).all()

    assert service.post("payment", ids) == 2 * MANY
    assert service.post("payment", ids) == 0
    assert service.sweep() == 3 * MANY
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    assert proofs.differences() == []
    told = db.session.execute(
        text(
            "SELECT provider, sum(amount) FROM ledger_leg WHERE book = 'cash'"
            " GROUP BY provider EXCEPT SELECT provider, sum(amount) FROM payment GROUP BY provider"
        )
    ).all()
    assert told == []
    cash = db.session.scalar(text("SELECT sum(amount) FROM ledger_leg WHERE book = 'cash'"))
    assert cash == Decimal("1.16") * MANY * (MANY + 1) / 2
    assert len(db.session.scalars(select(LedgerEntry.id)).all()) == 2 * MANY
