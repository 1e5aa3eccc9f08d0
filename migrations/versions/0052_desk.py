"""Since when a ticket stands where it stands, and clocks by when they are due."""

import sqlalchemy as sa
from alembic import op

revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('ticket', sa.Column('status_since', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_ticket_clock_due', 'ticket_clock', ['due_at'], unique=False, postgresql_where=sa.text('stopped_at IS NULL'))


def downgrade() -> None:
    op.drop_index('ix_ticket_clock_due', table_name='ticket_clock', postgresql_where=sa.text('stopped_at IS NULL'))
    op.drop_column('ticket', 'status_since')
