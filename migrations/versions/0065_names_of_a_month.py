"""The name of a usage record is the key of its month's table, by itself."""

import sqlalchemy as sa
from alembic import op

revision = '0065'
down_revision = '0064'
branch_labels = None
depends_on = None

# Each month's table, those that came of a name which was stored twice at the same time included:
# the later one is known by another name from now on.
_ONE_NAME = """
DO $$
DECLARE month text;
BEGIN
    ALTER TABLE usage_record DROP CONSTRAINT pk_usage_record;
    FOR month IN
        SELECT inhrelid::regclass::text FROM pg_inherits
        WHERE inhparent = 'usage_record'::regclass ORDER BY 1
    LOOP
        EXECUTE format(
            'UPDATE %s AS late SET identity = gen_random_uuid()
            FROM (SELECT identity, min(started_at) AS first FROM %s
                GROUP BY identity HAVING count(*) > 1) AS twice
            WHERE late.identity = twice.identity AND late.started_at > twice.first', month, month
        );
        EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (identity)', month);
    END LOOP;
END $$
"""
_NAME_AND_START = """
DO $$
DECLARE month record;
BEGIN
    FOR month IN
        SELECT conrelid::regclass::text AS name, conname FROM pg_constraint
        JOIN pg_inherits ON inhrelid = conrelid
        WHERE inhparent = 'usage_record'::regclass AND contype = 'p'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', month.name, month.conname);
    END LOOP;
END $$
"""


def upgrade() -> None:
    op.execute(_ONE_NAME)
    # What they tell of is over before anybody writes to the new table.
    op.execute("DELETE FROM arrival_note")
    op.add_column('arrival_note', sa.Column('month', sa.Date(), nullable=False))


def downgrade() -> None:
    op.drop_column('arrival_note', 'month')
    op.execute(_NAME_AND_START)
    op.create_primary_key("pk_usage_record", "usage_record", ["identity", "started_at"])
