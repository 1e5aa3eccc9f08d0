"""Policies in versions; discounts, promotions and drafts; who may have an offer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('discount',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('market_code', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('bundle', 'volume', 'tenure', 'multi_line', 'promotion', name='discountkind', native_enum=False, length=32), nullable=False),
    sa.Column('terms', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('stackable', sa.Boolean(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=True),
    sa.Column('total_limit', sa.Integer(), nullable=True),
    sa.Column('account_limit', sa.Integer(), nullable=True),
    sa.Column('redeemed', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('redeemed <= total_limit', name=op.f('ck_discount_total_limit')),
    sa.ForeignKeyConstraint(['market_code'], ['market.code'], name=op.f('fk_discount_market_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discount')),
    sa.UniqueConstraint('market_code', 'code', 'valid_from', name=op.f('uq_discount_market_code_code_valid_from'))
    )
    op.create_table('market_policy_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('market_code', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('effective_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changes', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('undoes', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Uuid(), nullable=False),
    sa.Column('made_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['market_code'], ['market.code'], name=op.f('fk_market_policy_version_market_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_market_policy_version')),
    sa.UniqueConstraint('market_code', 'number', name=op.f('uq_market_policy_version_market_code_number'))
    )
    op.create_table('offer_draft',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('market_code', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('plan', 'add_on', name='offerkind', native_enum=False, length=32), nullable=False),
    sa.Column('service', sa.Enum('mobile', 'fibre', 'tv', name='service', native_enum=False, length=32), nullable=False),
    sa.Column('mode', sa.Enum('prepaid', 'postpaid', name='mode', native_enum=False, length=32), nullable=False),
    sa.Column('price', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('validity_days', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('allowances', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('rates', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['market_code'], ['market.code'], name=op.f('fk_offer_draft_market_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_draft')),
    sa.UniqueConstraint('market_code', 'code', 'mode', name=op.f('uq_offer_draft_market_code_code_mode'))
    )
    op.create_table('discount_grant',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('discount_id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('granted_by', sa.Text(), nullable=False),
    sa.Column('effect_key', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_discount_grant_account_id')),
    sa.ForeignKeyConstraint(['discount_id'], ['discount.id'], name=op.f('fk_discount_grant_discount_id')),
    sa.ForeignKeyConstraint(['line_id'], ['line.id'], name=op.f('fk_discount_grant_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_discount_grant')),
    sa.UniqueConstraint('effect_key', name=op.f('uq_discount_grant_effect_key'))
    )
    op.create_index('ix_discount_grant_account', 'discount_grant', ['account_id', 'discount_id'], unique=False)
    op.create_index(op.f('ix_discount_grant_discount_id'), 'discount_grant', ['discount_id'], unique=False)
    op.create_index('ix_charge_discount', 'charge', ['account_id', 'period_start'], unique=False, postgresql_where=sa.text("kind = 'discount'"))
    op.add_column('offer_version', sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default='{}'))
    op.alter_column('offer_version', 'conditions', server_default=None)
    op.create_index('ix_subscription_in_use', 'subscription', ['offer_version_id'], unique=False, postgresql_where=sa.text('ends_at IS NULL'))


def downgrade() -> None:
    op.drop_index('ix_subscription_in_use', table_name='subscription', postgresql_where=sa.text('ends_at IS NULL'))
    op.drop_column('offer_version', 'conditions')
    op.drop_index('ix_charge_discount', table_name='charge', postgresql_where=sa.text("kind = 'discount'"))
    op.drop_index(op.f('ix_discount_grant_discount_id'), table_name='discount_grant')
    op.drop_index('ix_discount_grant_account', table_name='discount_grant')
    op.drop_table('discount_grant')
    op.drop_table('offer_draft')
    op.drop_table('market_policy_version')
    op.drop_table('discount')
