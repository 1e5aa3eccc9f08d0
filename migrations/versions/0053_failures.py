"""When a name was tried in vain last, so that it can be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = '0053'
down_revision = '0052'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'sign_in_failure',
        sa.Column('failed_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.alter_column('sign_in_failure', 'failed_at', server_default=None)
    op.create_index(op.f('ix_sign_in_failure_failed_at'), 'sign_in_failure', ['failed_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_sign_in_failure_failed_at'), table_name='sign_in_failure')
    op.drop_column('sign_in_failure', 'failed_at')
