"""Holds, erasures, exports, consents and the proof of what went."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_data_key")),
    )
    op.create_table('retention_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('gone', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_run'))
    )
    op.create_index('ix_retention_run_at', 'retention_run', ['at'], unique=False)
    op.create_table('consent',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.Enum('marketing', 'profiling', 'training', name='purpose', native_enum=False, length=32), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.Column('words_version', sa.Text(), nullable=False),
    sa.Column('said_by', sa.Uuid(), nullable=False),
    sa.Column('said_by_kind', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_consent_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    op.create_index('ix_consent_customer', 'consent', ['customer_id', 'purpose', 'at'], unique=False)
    op.create_table('erasure_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('market_code', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'approved', 'refused', 'done', name='erasurestatus', native_enum=False, length=32), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_by_kind', sa.Text(), nullable=False),
    sa.Column('asked_by_name', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_by_name', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refusal', sa.Text(), nullable=True),
    sa.Column('done', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_erasure_request_customer_id')),
    sa.ForeignKeyConstraint(['market_code'], ['market.code'], name=op.f('fk_erasure_request_market_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure_request'))
    )
    op.create_index('ix_erasure_request_status', 'erasure_request', ['status', 'asked_at'], unique=False)
    op.create_index('uq_erasure_request_open', 'erasure_request', ['customer_id'], unique=True, postgresql_where=sa.text("status IN ('waiting', 'approved')"))
    op.create_table('legal_hold',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('placed_by', sa.Uuid(), nullable=False),
    sa.Column('placed_by_name', sa.Text(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_by', sa.Uuid(), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_legal_hold_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_hold'))
    )
    op.create_index('uq_legal_hold_standing', 'legal_hold', ['customer_id'], unique=True, postgresql_where=sa.text('lifted_at IS NULL'))
    op.create_table('person_export',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_by_name', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('rows', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_person_export_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_export'))
    )
    op.create_index('ix_person_export_customer', 'person_export', ['customer_id', 'asked_at'], unique=False)


def downgrade() -> None:
    op.drop_table("data_key")
    op.drop_index('ix_person_export_customer', table_name='person_export')
    op.drop_table('person_export')
    op.drop_index('uq_legal_hold_standing', table_name='legal_hold', postgresql_where=sa.text('lifted_at IS NULL'))
    op.drop_table('legal_hold')
    op.drop_index('uq_erasure_request_open', table_name='erasure_request', postgresql_where=sa.text("status IN ('waiting', 'approved')"))
    op.drop_index('ix_erasure_request_status', table_name='erasure_request')
    op.drop_table('erasure_request')
    op.drop_index('ix_consent_customer', table_name='consent')
    op.drop_table('consent')
    op.drop_index('ix_retention_run_at', table_name='retention_run')
    op.drop_table('retention_run')
