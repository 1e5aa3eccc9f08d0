"""What the bot understood beside the messages, what supervisors say of it, and trackers by age

Revision ID: 0020
Revises: 0018
Create Date: 2026-11-25 21:43:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "understanding",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("next_intent", sa.Text(), nullable=True),
        sa.Column("next_confidence", sa.Double(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_understanding_conversation_id")
        ),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_understanding_market_code")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_understanding_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_understanding")),
    )
    op.create_index("ix_understanding_at", "understanding", ["at", "message_id"], unique=False)
    op.create_index(
        "ix_understanding_conversation", "understanding", ["conversation_id"], unique=False
    )
    op.create_index(
        "ix_understanding_intent", "understanding", ["intent", "at", "message_id"], unique=False
    )
    op.create_table(
        "bot_label",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("to_learn", sa.Boolean(), nullable=False),
        sa.Column("labelled_by", sa.Uuid(), nullable=False),
        sa.Column("labelled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["labelled_by"], ["staff.id"], name=op.f("fk_bot_label_labelled_by")
        ),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_bot_label_market_code")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["understanding.message_id"],
            name=op.f("fk_bot_label_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_bot_label")),
    )
    op.create_index(
        "ix_bot_label_to_learn",
        "bot_label",
        ["language", "intent"],
        unique=False,
        postgresql_where=sa.text("to_learn IS true"),
    )
    op.execute("CREATE INDEX ix_events_timestamp ON bot.events (timestamp)")
    op.execute(
        """
        INSERT INTO understanding (
            message_id, conversation_id, market_code, channel, language, intent, confidence, at
        )
        SELECT message.id, conversation.id, conversation.market_code, conversation.channel,
            conversation.language, message.extra #>> '{understood,intent}',
            (message.extra #>> '{understood,confidence}')::float8, message.at
        FROM message JOIN conversation ON conversation.id = message.conversation_id
        WHERE message.extra ? 'understood'
        """
    )


def downgrade() -> None:
    op.execute("DROP INDEX bot.ix_events_timestamp")
    op.drop_index(
        "ix_bot_label_to_learn",
        table_name="bot_label",
        postgresql_where=sa.text("to_learn IS true"),
    )
    op.drop_table("bot_label")
    op.drop_index("ix_understanding_intent", table_name="understanding")
    op.drop_index("ix_understanding_conversation", table_name="understanding")
    op.drop_index("ix_understanding_at", table_name="understanding")
    op.drop_table("understanding")
