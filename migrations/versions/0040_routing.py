"""What agents do and did, and more of how waiting tickets find them."""

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agent_spell',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('availability', sa.Enum('available', 'break', 'training', 'wrap_up', 'offline', name='availability', native_enum=False, length=32), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_agent_spell_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agent_spell'))
    )
    op.create_index('ix_agent_spell_began', 'agent_spell', ['staff_id', 'began_at'], unique=False)
    op.create_index('uq_agent_spell_now', 'agent_spell', ['staff_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.add_column('agent_skills', sa.Column('vip', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('agent_state', sa.Column('until', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_agent_state_until', 'agent_state', ['until'], unique=False, postgresql_where=sa.text('until IS NOT NULL'))
    op.add_column('routing_plan', sa.Column('age_after', sa.Integer(), server_default='900', nullable=False))
    op.add_column('routing_plan', sa.Column('overflow_after', sa.Integer(), server_default='300', nullable=False))
    op.add_column('routing_plan', sa.Column('sticky_days', sa.Integer(), server_default='7', nullable=False))
    op.add_column('routing_plan', sa.Column('hand_back_after', sa.Integer(), server_default='120', nullable=False))
    op.add_column('routing_plan', sa.Column('wrap_up', sa.Integer(), server_default='0', nullable=False))
    op.create_index('ix_ticket_oldest', 'ticket', ['created_at'], unique=False, postgresql_where=sa.text("status = 'new' AND snoozed_until IS NULL"))
    op.execute(
        "INSERT INTO agent_spell (id, staff_id, availability, began_at)"
        " SELECT gen_random_uuid(), staff_id, availability, since FROM agent_state"
    )


def downgrade() -> None:
    op.drop_index('ix_ticket_oldest', table_name='ticket', postgresql_where=sa.text("status = 'new' AND snoozed_until IS NULL"))
    op.drop_column('routing_plan', 'wrap_up')
    op.drop_column('routing_plan', 'hand_back_after')
    op.drop_column('routing_plan', 'sticky_days')
    op.drop_column('routing_plan', 'overflow_after')
    op.drop_column('routing_plan', 'age_after')
    op.drop_index('ix_agent_state_until', table_name='agent_state', postgresql_where=sa.text('until IS NOT NULL'))
    op.drop_column('agent_state', 'until')
    op.drop_column('agent_skills', 'vip')
    op.drop_index('uq_agent_spell_now', table_name='agent_spell', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_agent_spell_began', table_name='agent_spell')
    op.drop_table('agent_spell')
