"""Care PINs, effects of self-service, and the conversations of calls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('care_pin',
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('pin_hash', sa.Text(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('failures >= 0', name=op.f('ck_care_pin_failures')),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_care_pin_customer_id')),
    sa.PrimaryKeyConstraint('customer_id', name=op.f('pk_care_pin'))
    )
    op.create_table('selfservice_effect',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('verb', sa.Text(), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customer.id'], name=op.f('fk_selfservice_effect_customer_id')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_selfservice_effect'))
    )
    op.create_index(op.f('ix_selfservice_effect_customer_id'), 'selfservice_effect', ['customer_id'], unique=False)
    op.create_table('selfservice_dialogue',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('inbox_id', sa.Uuid(), nullable=False),
    sa.Column('session_id', sa.Text(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('sender', sa.Text(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('put_through_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('call_back', sa.Boolean(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Enum('completed', 'abandoned', 'busy', 'no_answer', 'failed', name='outcome', native_enum=False, length=32), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_selfservice_dialogue_conversation_id')),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_selfservice_dialogue_inbox_id')),
    sa.ForeignKeyConstraint(['line_id'], ['line.id'], name=op.f('fk_selfservice_dialogue_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_selfservice_dialogue')),
    sa.UniqueConstraint('inbox_id', 'session_id', name=op.f('uq_selfservice_dialogue_inbox_id_session_id'))
    )
    op.create_index('ix_selfservice_dialogue_conversation', 'selfservice_dialogue', ['conversation_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_selfservice_dialogue_conversation', table_name='selfservice_dialogue')
    op.drop_table('selfservice_dialogue')
    op.drop_index(op.f('ix_selfservice_effect_customer_id'), table_name='selfservice_effect')
    op.drop_table('selfservice_effect')
    op.drop_table('care_pin')
