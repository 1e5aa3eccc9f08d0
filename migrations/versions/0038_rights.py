"""Roles of an administrator's making, and hidden fields that were shown."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('custom_role',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('permissions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custom_role')),
    sa.UniqueConstraint('code', name=op.f('uq_custom_role_code')),
    sa.UniqueConstraint('name', name=op.f('uq_custom_role_name'))
    )
    op.create_table('field_reveal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('market_code', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('object_id', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['market_code'], ['market.code'], name=op.f('fk_field_reveal_market_code')),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_field_reveal_session_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_field_reveal_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field_reveal'))
    )
    op.create_index('ix_field_reveal_at', 'field_reveal', ['at'], unique=False)
    op.create_index('ix_field_reveal_staff', 'field_reveal', ['staff_id', 'expires_at'], unique=False)
    op.add_column('customer', sa.Column('second_factor', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('staff', sa.Column('custom_permissions', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False))


def downgrade() -> None:
    op.drop_column('staff', 'custom_permissions')
    op.drop_column('customer', 'second_factor')
    op.drop_index('ix_field_reveal_staff', table_name='field_reveal')
    op.drop_index('ix_field_reveal_at', table_name='field_reveal')
    op.drop_table('field_reveal')
    op.drop_table('custom_role')
