"""Credit has no end of its own: what ends is the period that a plan is paid for."""

import sqlalchemy as sa
from alembic import op

revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column('balance', 'expires_at')


def downgrade() -> None:
    op.add_column('balance', sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True))
