"""Promises of tickets: rules, clocks and steps of escalation; tickets may be a team's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


# What was promised so far, as clocks that run day and night: of tickets nobody has accepted the
# answer, and of those open the solution. Those that wait for the customer stand still from now on.
CLOCKS = """
INSERT INTO ticket_clock (
    id, ticket_id, goal, target, used, warn_percent, stands, started_at, aimed_at,
    running_since, warn_at, due_at, next_at
)
SELECT gen_random_uuid(), id, goal, target, CASE WHEN stands THEN least(now() - begun, target)
    ELSE interval '0' END, 75, goal = 'resolution', begun, now(),
    CASE WHEN NOT stands THEN begun END,
    CASE WHEN NOT stands THEN begun + target * 0.75 END,
    CASE WHEN NOT stands THEN begun + target END,
    CASE WHEN NOT stands THEN begun + target * 0.75 END
FROM (
    SELECT id, 'resolution' AS goal, created_at AS begun, resolve_by - created_at AS target,
        status = 'pending' OR snoozed_until IS NOT NULL AS stands
    FROM ticket WHERE status IN ('new', 'open', 'pending') AND resolve_by > created_at
    UNION ALL
    SELECT id, 'first_response', created_at, respond_by - created_at, false
    FROM ticket WHERE status = 'new' AND accepted_at IS NULL AND respond_by > created_at
) AS promised
"""


def upgrade() -> None:
    op.create_table('sla_rule',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('calendar', 'policy', 'chain', name='rulekind', native_enum=False, length=32), nullable=False),
    sa.Column('key', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('market_code', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('content', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('ends', sa.Boolean(), nullable=False),
    sa.Column('effective_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.Column('made_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['market_code'], ['market.code'], name=op.f('fk_sla_rule_market_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sla_rule')),
    sa.UniqueConstraint('key', 'number', name=op.f('uq_sla_rule_key_number'))
    )
    op.create_index('ix_sla_rule_in_force', 'sla_rule', ['kind', 'key', 'effective_from', 'number'], unique=False)
    op.create_table('ticket_clock',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('goal', sa.Enum('first_response', 'next_response', 'resolution', name='goal', native_enum=False, length=32), nullable=False),
    sa.Column('policy_id', sa.Uuid(), nullable=True),
    sa.Column('calendar_id', sa.Uuid(), nullable=True),
    sa.Column('target', sa.Interval(), nullable=False),
    sa.Column('used', sa.Interval(), nullable=False),
    sa.Column('warn_percent', sa.Integer(), nullable=False),
    sa.Column('stands', sa.Boolean(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('aimed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('running_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('warn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('breached_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Enum('answered', 'solved', 'ended', name='outcome', native_enum=False, length=32), nullable=True),
    sa.ForeignKeyConstraint(['calendar_id'], ['sla_rule.id'], name=op.f('fk_ticket_clock_calendar_id')),
    sa.ForeignKeyConstraint(['policy_id'], ['sla_rule.id'], name=op.f('fk_ticket_clock_policy_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_clock_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_clock'))
    )
    op.create_index('ix_ticket_clock_aimed', 'ticket_clock', ['aimed_at'], unique=False, postgresql_where=sa.text('stopped_at IS NULL'))
    op.create_index('ix_ticket_clock_next', 'ticket_clock', ['next_at'], unique=False, postgresql_where=sa.text('stopped_at IS NULL'))
    op.create_index('ix_ticket_clock_started', 'ticket_clock', ['goal', 'started_at'], unique=False)
    op.create_index('ix_ticket_clock_ticket', 'ticket_clock', ['ticket_id'], unique=False)
    op.create_index('uq_ticket_clock_running', 'ticket_clock', ['ticket_id', sa.literal_column("(goal = 'resolution')")], unique=True, postgresql_where=sa.text('stopped_at IS NULL'))
    op.create_table('ticket_escalation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('ticket_id', sa.Uuid(), nullable=False),
    sa.Column('clock_id', sa.Uuid(), nullable=False),
    sa.Column('occasion', sa.Enum('warning', 'breach', name='occasion', native_enum=False, length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('deed', sa.Enum('notify', 'raise_priority', 'requeue', 'assign_supervisor', name='deed', native_enum=False, length=32), nullable=False),
    sa.Column('whom', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['ticket_clock.id'], name=op.f('fk_ticket_escalation_clock_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_escalation_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_escalation')),
    sa.UniqueConstraint('clock_id', 'occasion', 'position', name=op.f('uq_ticket_escalation_clock_id_occasion_position'))
    )
    op.create_index('ix_ticket_escalation_due', 'ticket_escalation', ['due_at'], unique=False, postgresql_where=sa.text('done_at IS NULL'))
    op.create_index('ix_ticket_escalation_ticket', 'ticket_escalation', ['ticket_id'], unique=False)
    op.add_column('ticket', sa.Column('team_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_ticket_team_id'), 'ticket', 'team', ['team_id'], ['id'])
    op.execute(CLOCKS)


def downgrade() -> None:
    op.drop_constraint(op.f('fk_ticket_team_id'), 'ticket', type_='foreignkey')
    op.drop_column('ticket', 'team_id')
    op.drop_index('ix_ticket_escalation_ticket', table_name='ticket_escalation')
    op.drop_index('ix_ticket_escalation_due', table_name='ticket_escalation', postgresql_where=sa.text('done_at IS NULL'))
    op.drop_table('ticket_escalation')
    op.drop_index('uq_ticket_clock_running', table_name='ticket_clock', postgresql_where=sa.text('stopped_at IS NULL'))
    op.drop_index('ix_ticket_clock_ticket', table_name='ticket_clock')
    op.drop_index('ix_ticket_clock_started', table_name='ticket_clock')
    op.drop_index('ix_ticket_clock_next', table_name='ticket_clock', postgresql_where=sa.text('stopped_at IS NULL'))
    op.drop_index('ix_ticket_clock_aimed', table_name='ticket_clock', postgresql_where=sa.text('stopped_at IS NULL'))
    op.drop_table('ticket_clock')
    op.drop_index('ix_sla_rule_in_force', table_name='sla_rule')
    op.drop_table('sla_rule')
