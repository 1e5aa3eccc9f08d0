"""Why a table that somebody asked for is not made."""

import sqlalchemy as sa
from alembic import op

revision = '0066'
down_revision = '0065'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('report_export', sa.Column('refusal', sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column('report_export', 'refusal')
