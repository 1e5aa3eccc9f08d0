"""Indexes for the decision who is offered what: what waits by language, and what is in hand."""

import sqlalchemy as sa
from alembic import op

revision = '0047'
down_revision = '0046'
branch_labels = None
depends_on = None

_WAITING = sa.text("status = 'new' AND snoozed_until IS NULL")
_IN_HAND = sa.text("status = 'open' AND snoozed_until IS NULL")
_RANK = sa.literal_column(
    "(CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END)"
)


def upgrade() -> None:
    op.drop_index('ix_ticket_oldest', table_name='ticket', postgresql_where=_WAITING)
    op.create_index('ix_ticket_oldest', 'ticket', ['market_code', 'language', 'created_at'], unique=False, postgresql_where=_WAITING)
    op.create_index('ix_ticket_line', 'ticket', ['market_code', 'language', _RANK, 'created_at'], unique=False, postgresql_where=_WAITING)
    op.create_index('ix_ticket_in_hand', 'ticket', ['assignee_id', 'market_code', 'conversation_id'], unique=False, postgresql_where=_IN_HAND)


def downgrade() -> None:
    op.drop_index('ix_ticket_in_hand', table_name='ticket', postgresql_where=_IN_HAND)
    op.drop_index('ix_ticket_line', table_name='ticket', postgresql_where=_WAITING)
    op.drop_index('ix_ticket_oldest', table_name='ticket', postgresql_where=_WAITING)
    op.create_index('ix_ticket_oldest', 'ticket', ['created_at'], unique=False, postgresql_where=_WAITING)
