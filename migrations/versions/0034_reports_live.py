"""Boards that users arrange, whispers, shifts, score cards and reviews."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board_tick",
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_board_tick_market_code")
        ),
        sa.PrimaryKeyConstraint("market_code", name=op.f("pk_board_tick")),
    )
    op.create_table(
        "board_layout",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("widgets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_board_layout_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_board_layout")),
    )
    op.create_table(
        "score_card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_score_card_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_card")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_score_card_name_version")),
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_shift_ends_after")),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_shift_entered_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_shift_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint("staff_id", "begins_at", name=op.f("uq_shift_staff_id_begins_at")),
    )
    op.create_index("ix_shift_begins_at", "shift", ["begins_at"], unique=False)
    op.create_table(
        "quality_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("calibration", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "response",
            sa.Enum(
                "none", "acknowledged", "disagreed", name="response", native_enum=False, length=32
            ),
            server_default="none",
            nullable=False,
        ),
        sa.Column("response_words", sa.Text(), server_default="", nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_quality_review_score")),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["staff.id"], name=op.f("fk_quality_review_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["card_id"], ["score_card.id"], name=op.f("fk_quality_review_card_id")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_quality_review_conversation_id")
        ),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_quality_review_market_code")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["staff.id"], name=op.f("fk_quality_review_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_review")),
        sa.UniqueConstraint(
            "conversation_id",
            "card_id",
            "reviewer_id",
            name=op.f("uq_quality_review_conversation_id_card_id_reviewer_id"),
        ),
    )
    op.create_index(
        "ix_quality_review_agent", "quality_review", ["agent_id", "reviewed_at"], unique=False
    )
    op.create_table(
        "quality_sample",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["staff.id"], name=op.f("fk_quality_sample_agent_id")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_quality_sample_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_quality_sample")),
    )
    op.create_index("ix_quality_sample_week", "quality_sample", ["week", "agent_id"], unique=False)
    op.create_table(
        "whisper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("from_staff_id", sa.Uuid(), nullable=False),
        sa.Column("to_staff_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_whisper_conversation_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_staff_id"], ["staff.id"], name=op.f("fk_whisper_from_staff_id")
        ),
        sa.ForeignKeyConstraint(["to_staff_id"], ["staff.id"], name=op.f("fk_whisper_to_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whisper")),
    )
    op.create_index(
        "ix_whisper_to", "whisper", ["to_staff_id", "conversation_id", "at"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_whisper_to", table_name="whisper")
    op.drop_table("whisper")
    op.drop_index("ix_quality_sample_week", table_name="quality_sample")
    op.drop_table("quality_sample")
    op.drop_index("ix_quality_review_agent", table_name="quality_review")
    op.drop_table("quality_review")
    op.drop_index("ix_shift_begins_at", table_name="shift")
    op.drop_table("shift")
    op.drop_table("score_card")
    op.drop_table("board_layout")
    op.drop_table("board_tick")
