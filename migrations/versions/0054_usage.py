"""Data of add-ons are watched: once they are over, somebody looks whether the line is to be slow."""

import sqlalchemy as sa
from alembic import op

revision = '0054'
down_revision = '0053'
branch_labels = None
depends_on = None

_RUNNING = """
UPDATE bucket SET watched = true
FROM subscription
WHERE subscription.id = bucket.subscription_id AND subscription.kind = 'add_on'
    AND bucket.kind = 'data' AND bucket.since IS NULL AND bucket.expires_at > now()
"""


def upgrade() -> None:
    op.add_column('bucket', sa.Column('watched', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.create_index(
        'ix_bucket_watched', 'bucket', ['expires_at'], unique=False, postgresql_where=sa.text('watched')
    )
    op.execute(_RUNNING)


def downgrade() -> None:
    op.drop_index('ix_bucket_watched', table_name='bucket', postgresql_where=sa.text('watched'))
    op.drop_column('bucket', 'watched')
