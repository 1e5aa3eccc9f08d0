"""Refunds that fail later, and running sums of the books.

Revision ID: 0055
Revises: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = '0055'
down_revision = '0054'
branch_labels = None
depends_on = None

_SUMMED = """
CREATE FUNCTION ledger_leg_is_summed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_sum (market_code, book, provider, currency, amount)
    SELECT (SELECT market_code FROM ledger_entry WHERE id = fresh.entry_id) AS market,
        book, provider, currency, sum(amount)
    FROM fresh GROUP BY market, book, provider, currency;
    RETURN NULL;
END $$;
CREATE TRIGGER summed AFTER INSERT ON ledger_leg REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_leg_is_summed();
"""
# The trigger above lets nobody write legs until this is committed.
_FROM_BEFORE = """
INSERT INTO ledger_sum (market_code, book, provider, currency, amount)
SELECT e.market_code, l.book, l.provider, l.currency, sum(l.amount)
FROM ledger_leg l JOIN ledger_entry e ON e.id = l.entry_id GROUP BY 1, 2, 3, 4
"""


def upgrade() -> None:
    op.add_column('refund', sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('refund', sa.Column('failure', sa.Text(), nullable=True))
    op.create_table(
        'ledger_sum',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('market_code', sa.Text(), nullable=False),
        sa.Column(
            'book',
            sa.Enum(
                'receivable',
                'cash',
                'revenue',
                'tax',
                'customer_credit',
                'prepaid',
                'deposits',
                'interest',
                'refunds',
                'unallocated',
                'chargebacks',
                'vouchers',
                'promotions',
                'bad_debt',
                'recoveries',
                name='book',
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column('provider', sa.Text(), nullable=True),
        sa.Column('currency', sa.Text(), nullable=False),
        sa.Column('amount', sa.Numeric(precision=28, scale=4), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_sum')),
    )
    op.execute(_SUMMED)
    op.execute(_FROM_BEFORE)
    _index_differences('market_code')


def downgrade() -> None:
    _index_differences()
    op.execute('DROP TRIGGER summed ON ledger_leg')
    op.execute('DROP FUNCTION ledger_leg_is_summed()')
    op.drop_table('ledger_sum')
    op.drop_column('refund', 'failure')
    op.drop_column('refund', 'failed_at')


def _index_differences(*more: str) -> None:
    op.drop_index(
        'uq_ledger_difference_open',
        table_name='ledger_difference',
        postgresql_where=sa.text('resolved_at IS NULL'),
    )
    also = [sa.literal_column(f"coalesce({name}, '')") for name in more]
    op.create_index(
        'uq_ledger_difference_open',
        'ledger_difference',
        ['what', sa.literal_column("coalesce(account_id::text, '')"), *also, 'currency'],
        unique=True,
        postgresql_where=sa.text('resolved_at IS NULL'),
    )
