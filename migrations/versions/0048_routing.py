"""Services beside topics, hours of teams, who is absent, and agents' states in one place."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None

_SERVICES = sa.Enum('mobile', 'fibre', 'tv', name='service', native_enum=False, length=32)

# What the trail has of the time before there were spells, up to an agent's first one.
_BEFORE = """
INSERT INTO agent_spell (id, staff_id, availability, began_at, ended_at)
SELECT gen_random_uuid(), told.staff_id, told.state, told.at, least(told.next, first.at)
FROM (
    SELECT staff.id AS staff_id, entry.changes ->> 'availability' AS state, entry.at,
        lead(entry.at) OVER (PARTITION BY staff.id ORDER BY entry.at, entry.id) AS next
    FROM audit_entry AS entry JOIN staff ON CAST(staff.id AS text) = entry.object_id
    WHERE entry.object_kind = 'staff' AND entry.action = 'agent.availability'
) AS told
JOIN (SELECT staff_id, min(began_at) AS at FROM agent_spell GROUP BY staff_id) AS first
    ON first.staff_id = told.staff_id
WHERE told.at < first.at AND told.state IS NOT NULL
"""


def upgrade() -> None:
    op.add_column('ticket', sa.Column('service', _SERVICES, nullable=True))
    op.add_column('agent_skills', sa.Column('services', postgresql.JSONB(), server_default='[]', nullable=False))
    op.add_column('routing_plan', sa.Column('absent_after', sa.Integer(), server_default='900', nullable=False))
    op.add_column('agent_state', sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('team_hours',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('calendar', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_team_hours_team_id')),
    sa.PrimaryKeyConstraint('team_id', name=op.f('pk_team_hours'))
    )
    op.create_index('ix_agent_spell_ended', 'agent_spell', ['ended_at'], unique=False)
    op.execute(_BEFORE)


def downgrade() -> None:
    op.drop_index('ix_agent_spell_ended', table_name='agent_spell')
    op.drop_table('team_hours')
    op.drop_column('agent_state', 'seen_at')
    op.drop_column('routing_plan', 'absent_after')
    op.drop_column('agent_skills', 'services')
    op.drop_column('ticket', 'service')
