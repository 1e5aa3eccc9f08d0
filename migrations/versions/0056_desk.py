"""Whether a row tells of a file, looked up by the file's name."""

from alembic import op

revision = '0056'
down_revision = '0055'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_attachment_stored_as'), 'attachment', ['stored_as'], unique=False)
    op.create_index('ix_usage_file_digest', 'usage_file', ['digest'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_usage_file_digest', table_name='usage_file')
    op.drop_index(op.f('ix_attachment_stored_as'), table_name='attachment')
