"""Passkeys, recovery codes, links to come in, known devices and the operator's sign-on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('entry_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.Enum('invitation', 'reset', name='linkpurpose', native_enum=False, length=32), nullable=False),
    sa.Column('kind', sa.Enum('staff', 'customer', name='sessionkind', native_enum=False, length=32), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_entry_link_token_hash'))
    )
    op.create_index('ix_entry_link_owner', 'entry_link', ['owner_id', 'purpose'], unique=False)
    op.create_table('identity_letter',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_letter'))
    )
    op.create_table('known_device',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('staff', 'customer', name='sessionkind', native_enum=False, length=32), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_known_device')),
    sa.UniqueConstraint('kind', 'owner_id', 'token_hash', name=op.f('uq_known_device_kind_owner_id_token_hash'))
    )
    op.create_table('passkey',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('staff', 'customer', name='sessionkind', native_enum=False, length=32), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('transports', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    op.create_index('ix_passkey_owner', 'passkey', ['kind', 'owner_id'], unique=False)
    op.create_table('passkey_challenge',
    sa.Column('challenge', sa.LargeBinary(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('staff', 'customer', name='sessionkind', native_enum=False, length=32), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('bound_to', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('challenge', name=op.f('pk_passkey_challenge'))
    )
    op.create_index('ix_passkey_challenge_expires_at', 'passkey_challenge', ['expires_at'], unique=False)
    op.create_table('provider_identity',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_provider_identity_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_identity')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_provider_identity_issuer_subject'))
    )
    op.create_index(op.f('ix_provider_identity_staff_id'), 'provider_identity', ['staff_id'], unique=False)
    op.create_table('recovery_code',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=False),
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_recovery_code_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code'))
    )
    op.create_index('ix_recovery_code_unused', 'recovery_code', ['staff_id'], unique=False, postgresql_where=sa.text('used_at IS NULL'))
    op.create_table('sign_on_attempt',
    sa.Column('state_hash', sa.Text(), nullable=False),
    sa.Column('bound_to', sa.Text(), nullable=False),
    sa.Column('nonce', sa.Text(), nullable=False),
    sa.Column('verifier', sa.LargeBinary(), nullable=False),
    sa.Column('staff_id', sa.Uuid(), nullable=True),
    sa.Column('link_id', sa.Uuid(), nullable=True),
    sa.Column('next_path', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['link_id'], ['entry_link.id'], name=op.f('fk_sign_on_attempt_link_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_sign_on_attempt_staff_id')),
    sa.PrimaryKeyConstraint('state_hash', name=op.f('pk_sign_on_attempt'))
    )
    op.create_index('ix_sign_on_attempt_expires_at', 'sign_on_attempt', ['expires_at'], unique=False)
    op.add_column('session', sa.Column('high_risk_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('session', sa.Column('factors', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False))
    op.add_column('session', sa.Column('device_id', sa.Uuid(), nullable=True))
    op.add_column('staff', sa.Column('external_id', sa.Text(), nullable=True))
    op.alter_column('staff', 'password_hash',
               existing_type=sa.TEXT(),
               nullable=True)
    op.create_unique_constraint(op.f('uq_staff_external_id'), 'staff', ['external_id'])


def downgrade() -> None:
    op.drop_constraint(op.f('uq_staff_external_id'), 'staff', type_='unique')
    op.execute("UPDATE staff SET password_hash = '' WHERE password_hash IS NULL")
    op.alter_column('staff', 'password_hash',
               existing_type=sa.TEXT(),
               nullable=False)
    op.drop_column('staff', 'external_id')
    op.drop_column('session', 'device_id')
    op.drop_column('session', 'factors')
    op.drop_column('session', 'high_risk_at')
    op.drop_index('ix_sign_on_attempt_expires_at', table_name='sign_on_attempt')
    op.drop_table('sign_on_attempt')
    op.drop_index('ix_recovery_code_unused', table_name='recovery_code', postgresql_where=sa.text('used_at IS NULL'))
    op.drop_table('recovery_code')
    op.drop_index(op.f('ix_provider_identity_staff_id'), table_name='provider_identity')
    op.drop_table('provider_identity')
    op.drop_index('ix_passkey_challenge_expires_at', table_name='passkey_challenge')
    op.drop_table('passkey_challenge')
    op.drop_index('ix_passkey_owner', table_name='passkey')
    op.drop_table('passkey')
    op.drop_table('known_device')
    op.drop_table('identity_letter')
    op.drop_index('ix_entry_link_owner', table_name='entry_link')
    op.drop_table('entry_link')
