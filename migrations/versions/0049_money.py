"""Numbers of bank transactions are each market's own.

Revision ID: 0049
Revises: 0048
"""

from alembic import op

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None

_WITH_MARKET = """
UPDATE payment SET idempotency_key = 'bank:' || account.market_code || substr(idempotency_key, 5)
FROM account WHERE account.id = payment.account_id
    AND payment.provider = 'bank' AND idempotency_key LIKE 'bank:%'
"""
_WITHOUT_MARKET = """
UPDATE payment SET idempotency_key =
    'bank' || substr(idempotency_key, length('bank:' || account.market_code) + 1)
FROM account WHERE account.id = payment.account_id
    AND payment.provider = 'bank' AND idempotency_key LIKE 'bank:%'
"""


def upgrade() -> None:
    op.drop_constraint('uq_unallocated_cash_transaction_id', 'unallocated_cash', type_='unique')
    op.create_unique_constraint(
        op.f('uq_unallocated_cash_market_code_transaction_id'), 'unallocated_cash', ['market_code', 'transaction_id']
    )
    op.execute(_WITH_MARKET)


def downgrade() -> None:
    op.execute(_WITHOUT_MARKET)
    op.drop_constraint('uq_unallocated_cash_market_code_transaction_id', 'unallocated_cash', type_='unique')
    op.create_unique_constraint(
        op.f('uq_unallocated_cash_transaction_id'), 'unallocated_cash', ['transaction_id']
    )
