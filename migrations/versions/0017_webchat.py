"""Web chat: forms, invitations and answers by mail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unread_answer",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_unread_answer_conversation_id"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_unread_answer")),
    )
    op.create_index("ix_unread_answer_due_at", "unread_answer", ["due_at"])
    for name in ("visitor_email", "visitor_topic"):
        op.add_column(
            "conversation", sa.Column(name, sa.Text(), server_default="", nullable=False)
        )
    chat = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("inbox", sa.Column("chat", chat, server_default="{}", nullable=False))
    op.create_index(
        op.f("ix_widget_session_conversation_id"), "widget_session", ["conversation_id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_widget_session_conversation_id"), table_name="widget_session")
    op.drop_column("inbox", "chat")
    op.drop_column("conversation", "visitor_topic")
    op.drop_column("conversation", "visitor_email")
    op.drop_index("ix_unread_answer_due_at", table_name="unread_answer")
    op.drop_table("unread_answer")
