"""Running sums of what is written off; notes of the names of usage records that come in."""

import sqlalchemy as sa
from alembic import op

revision = '0059'
down_revision = '0058'
branch_labels = None
depends_on = None

_SUMMED = """
CREATE FUNCTION bad_debt_is_summed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bad_debt_sum (market_code, kind, amount)
    SELECT market_code, kind, sum(amount) FROM fresh GROUP BY market_code, kind;
    RETURN NULL;
END $$;
CREATE TRIGGER summed AFTER INSERT ON bad_debt REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION bad_debt_is_summed();
"""
# The trigger above lets nobody write movements until this is committed.
_FROM_BEFORE = """
INSERT INTO bad_debt_sum (market_code, kind, amount)
SELECT market_code, kind, sum(amount) FROM bad_debt GROUP BY market_code, kind
"""


def upgrade() -> None:
    op.create_table(
        'bad_debt_sum',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('market_code', sa.Text(), nullable=False),
        sa.Column(
            'kind',
            sa.Enum(
                'written_off',
                'undone',
                'recovered',
                name='baddebtkind',
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column('amount', sa.Numeric(precision=28, scale=4), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_bad_debt_sum')),
    )
    op.execute(_SUMMED)
    op.execute(_FROM_BEFORE)
    op.create_table(
        'arrival_note',
        sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column('written_by', sa.BigInteger(), nullable=False),
        sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('names', sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_arrival_note')),
        prefixes=['UNLOGGED'],
    )
    op.create_index('ix_arrival_note_written_by', 'arrival_note', ['written_by'], unique=False)


def downgrade() -> None:
    op.drop_table('arrival_note')
    op.execute('DROP TRIGGER summed ON bad_debt')
    op.execute('DROP FUNCTION bad_debt_is_summed()')
    op.drop_table('bad_debt_sum')
