"""Rollups, reports that people define, surveys and what is done about bad answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


FUNCTIONS = """
CREATE FUNCTION report_ms(length interval) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length IS NOT NULL
        THEN CAST(greatest(0, round(extract(epoch FROM length) * 1000)) AS bigint) END
$$;
CREATE FUNCTION report_bucket(milliseconds bigint) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CAST(coalesce(
        width_bucket(milliseconds - 1, CAST(ARRAY[1000, 2000, 5000, 10000, 15000, 20000, 30000, 45000, 60000, 90000, 120000, 180000, 240000, 300000, 450000, 600000, 900000, 1200000, 1800000, 2700000, 3600000, 5400000, 7200000, 10800000, 14400000, 21600000, 28800000, 43200000, 64800000, 86400000, 129600000, 172800000, 259200000, 345600000, 432000000, 604800000, 864000000, 1209600000, 1814400000, 2592000000] AS bigint[])), 0) AS smallint)
$$;
CREATE FUNCTION report_length(during tstzmultirange) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CAST(coalesce(sum(report_ms(upper(part) - lower(part))), 0) AS bigint)
    FROM unnest(during) AS part
$$;
"""  # noqa: E501


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.create_table(
        "report_case",
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("slice_id", sa.Integer(), nullable=False),
        sa.Column("opened_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("solved_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_ms", sa.BigInteger(), nullable=True),
        sa.Column("responded_in_time", sa.Boolean(), nullable=True),
        sa.Column("answer_ms", sa.BigInteger(), nullable=True),
        sa.Column("abandoned", sa.Boolean(), nullable=False),
        sa.Column("resolve_ms", sa.BigInteger(), nullable=True),
        sa.Column("resolved_in_time", sa.Boolean(), nullable=True),
        sa.Column("handle_ms", sa.BigInteger(), nullable=True),
        sa.Column("wrap_ms", sa.BigInteger(), nullable=True),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("first_contact", sa.Boolean(), nullable=False),
        sa.Column("open_during", postgresql.TSTZMULTIRANGE(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_report_case")),
    )
    op.create_index(
        "ix_report_case_open", "report_case", ["open_during"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "ix_report_case_opened", "report_case", ["opened_hour", "slice_id"], unique=False
    )
    op.create_index(
        "ix_report_case_resolved", "report_case", ["resolved_hour", "slice_id"], unique=False
    )
    op.create_index(
        "ix_report_case_solved", "report_case", ["solved_hour", "slice_id"], unique=False
    )
    op.create_table(
        "report_day",
        sa.Column("fact", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("fact", "hour", "slice_id", "bucket", name=op.f("pk_report_day")),
    )
    op.create_table(
        "report_figure",
        sa.Column("fact", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "fact", "hour", "slice_id", "bucket", name=op.f("pk_report_figure")
        ),
    )
    op.create_table(
        "report_progress",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_report_progress")),
    )
    op.create_table(
        "report_slice",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_slice")),
        sa.UniqueConstraint(
            "market_code",
            "channel",
            "team_id",
            "agent_id",
            "topic",
            name=op.f("uq_report_slice_market_code_channel_team_id_agent_id_topic"),
        ),
    )
    op.create_table(
        "report_stale",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "object_id", name=op.f("pk_report_stale")),
    )
    op.create_table(
        "report_talk",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("slice_id", sa.Integer(), nullable=False),
        sa.Column("started_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("with_bot", sa.Boolean(), nullable=False),
        sa.Column("handed_over", sa.Boolean(), nullable=False),
        sa.Column("rated_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_report_talk")),
    )
    op.create_index("ix_report_talk_rated", "report_talk", ["rated_hour", "slice_id"], unique=False)
    op.create_index(
        "ix_report_talk_started", "report_talk", ["started_hour", "slice_id"], unique=False
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["staff.id"], name=op.f("fk_report_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index("ix_report_owner", "report", ["owner_id"], unique=False)
    op.create_table(
        "report_export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rows_of", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="exportstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("whole", sa.Integer(), server_default="0", nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("format IN ('csv', 'xlsx')", name=op.f("ck_report_export_format")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_report_export_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_export")),
    )
    op.create_index(
        "ix_report_export_staff", "report_export", ["staff_id", "created_at"], unique=False
    )
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column(
            "cadence",
            sa.Enum("daily", "weekly", "monthly", name="cadence", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_report_schedule_hour")),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_report_schedule_market_code")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["report.id"],
            name=op.f("fk_report_schedule_report_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_report_schedule_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedule")),
        sa.UniqueConstraint(
            "report_id", "staff_id", name=op.f("uq_report_schedule_report_id_staff_id")
        ),
    )
    op.create_index("ix_report_schedule_due_at", "report_schedule", ["due_at"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("effect_key", sa.Text(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("ticket_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "question",
            sa.Enum("csat", "nps", "ces", name="question", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_follow_up_agent_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_follow_up_conversation_id")
        ),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_follow_up_market_code")
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name=op.f("fk_follow_up_taken_by")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_follow_up_team_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_follow_up_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_follow_up_effect_key")),
    )
    op.create_index("ix_follow_up_at", "follow_up", ["at"], unique=False)
    op.create_index(
        "ix_follow_up_open",
        "follow_up",
        ["market_code", "at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "report_sending",
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["report_schedule.id"],
            name=op.f("fk_report_sending_schedule_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("schedule_id", "day", name=op.f("pk_report_sending")),
    )
    op.create_table(
        "survey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ticket_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column(
            "question",
            sa.Enum("csat", "nps", "ces", name="question", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withheld", sa.Text(), server_default="", nullable=False),
        sa.Column("slice_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_hour", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_survey_conversation_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_survey_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_survey_market_code")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_survey_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_survey_ticket_id")),
    )
    op.create_index("ix_survey_answered_hour", "survey", ["answered_hour"], unique=False)
    op.create_index("ix_survey_asked_hour", "survey", ["asked_hour"], unique=False)
    op.create_index("ix_survey_customer", "survey", ["customer_id"], unique=False)
    op.create_index(
        "ix_survey_due_at",
        "survey",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("asked_at IS NULL AND withheld = ''"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_survey_due_at",
        table_name="survey",
        postgresql_where=sa.text("asked_at IS NULL AND withheld = ''"),
    )
    op.drop_index("ix_survey_customer", table_name="survey")
    op.drop_index("ix_survey_asked_hour", table_name="survey")
    op.drop_index("ix_survey_answered_hour", table_name="survey")
    op.drop_table("survey")
    op.drop_table("report_sending")
    op.drop_index(
        "ix_follow_up_open", table_name="follow_up", postgresql_where=sa.text("done_at IS NULL")
    )
    op.drop_index("ix_follow_up_at", table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index("ix_report_schedule_due_at", table_name="report_schedule")
    op.drop_table("report_schedule")
    op.drop_index("ix_report_export_staff", table_name="report_export")
    op.drop_table("report_export")
    op.drop_index("ix_report_owner", table_name="report")
    op.drop_table("report")
    op.drop_index("ix_report_talk_started", table_name="report_talk")
    op.drop_index("ix_report_talk_rated", table_name="report_talk")
    op.drop_table("report_talk")
    op.drop_table("report_stale")
    op.drop_table("report_slice")
    op.drop_table("report_progress")
    op.drop_table("report_figure")
    op.drop_table("report_day")
    op.drop_index("ix_report_case_solved", table_name="report_case")
    op.drop_index("ix_report_case_resolved", table_name="report_case")
    op.drop_index("ix_report_case_opened", table_name="report_case")
    op.drop_index("ix_report_case_open", table_name="report_case", postgresql_using="gist")
    op.drop_table("report_case")
    op.execute("DROP FUNCTION report_length(tstzmultirange)")
    op.execute("DROP FUNCTION report_bucket(bigint)")
    op.execute("DROP FUNCTION report_ms(interval)")
