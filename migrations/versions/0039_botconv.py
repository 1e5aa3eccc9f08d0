"""Where in messages secrets stand that are to be covered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_secret",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("spans", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cover_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_told_secret_message_id_message"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_told_secret")),
    )
    op.create_index(op.f("ix_told_secret_cover_at"), "told_secret", ["cover_at"])


def downgrade() -> None:
    op.drop_table("told_secret")
