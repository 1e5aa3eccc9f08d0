"""Rating."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BUCKETS = (
    ("name", sa.Text(), "''"),
    ("carried", sa.BigInteger(), "0"),
    ("least_carried", sa.BigInteger(), "0"),
    ("most_carried", sa.BigInteger(), "0"),
    ("overdraws", sa.Boolean(), "false"),
    ("throttles", sa.Boolean(), "false"),
    ("told", sa.SmallInteger(), "0"),
)
# From two years ago, or from the oldest record, until three months ahead.
MONTHS = """
CREATE SCHEMA IF NOT EXISTS usage_month;
DO $$
DECLARE
    month timestamp;
    name text;
BEGIN
    FOR month IN SELECT generate_series(
        least(date_trunc('month', now() AT TIME ZONE 'UTC') - interval '24 months',
            (SELECT date_trunc('month', min(started_at) AT TIME ZONE 'UTC') FROM usage_record_old)),
        greatest(date_trunc('month', now() AT TIME ZONE 'UTC') + interval '3 months',
            (SELECT date_trunc('month', max(started_at) AT TIME ZONE 'UTC') FROM usage_record_old)),
        interval '1 month')
    LOOP
        name := 'usage_record_' || to_char(month, 'YYYY_MM');
        EXECUTE format(
            'CREATE TABLE usage_month.%I PARTITION OF usage_record FOR VALUES FROM (%L) TO (%L)',
            name, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
    END LOOP;
END $$;
"""
# An identity was the hash in hexadecimal; now it is its first half.
TAKEN_OVER = """
INSERT INTO usage_record (identity, started_at, line_id, kind, quantity, other_party, charged,
    received_at)
SELECT CAST(substr(identity, 1, 32) AS uuid), started_at, line_id, kind, quantity, other_party,
    charged, received_at
FROM usage_record_old;
"""
# What is on a closed bill stays as it was rated.
CLOSED = """
INSERT INTO closed_usage (account_id, until, closed_at)
SELECT account_id, max(CAST(period_end AS timestamp) AT TIME ZONE market.timezone), max(issued_at)
FROM invoice JOIN market ON market.code = invoice.market_code
GROUP BY account_id;
"""
GIVEN_BACK = """
INSERT INTO usage_record (id, identity, line_id, kind, started_at, quantity, other_party, charged,
    received_at)
SELECT gen_random_uuid(), replace(CAST(identity AS text), '-', ''), line_id, kind, started_at,
    quantity, other_party, charged, received_at
FROM usage_record_new;
"""


def usage_kind() -> sa.Enum:
    return sa.Enum("data", "voice", "sms", name="usagekind", native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.CheckConstraint("rate > 0", name=op.f("ck_exchange_rate_rate")),
        sa.PrimaryKeyConstraint("currency", "home", "day", name=op.f("pk_exchange_rate")),
    )
    op.create_table(
        "closed_usage",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_closed_usage_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_closed_usage")),
    )
    op.execute(CLOSED)
    op.create_index("ix_family_member_line_id", "family_member", ["line_id"])
    _widen_buckets()
    _forget_names("usage_record")
    op.rename_table("usage_record", "usage_record_old")
    op.create_table(
        "usage_record",
        sa.Column("identity", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("kind", usage_kind(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("other_party", sa.Text(), nullable=True),
        sa.Column("abroad", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("charged", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("bucket_id", sa.Uuid(), nullable=True),
        sa.Column("units", sa.BigInteger(), nullable=True),
        sa.Column("because", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_usage_record_quantity")),
        sa.PrimaryKeyConstraint("identity", "started_at", name=op.f("pk_usage_record")),
        postgresql_partition_by="RANGE (started_at)",
    )
    _index_records()
    op.execute(MONTHS)
    op.execute(TAKEN_OVER)
    op.drop_constraint(op.f("fk_daily_usage_line_id"), "daily_usage", type_="foreignkey")
    op.execute("ALTER TABLE bucket SET (fillfactor = 70)")
    op.execute("ALTER TABLE daily_usage SET (fillfactor = 80)")
    op.drop_table("usage_record_old")


def downgrade() -> None:
    _forget_names("usage_record")
    op.rename_table("usage_record", "usage_record_new")
    op.create_table(
        "usage_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("kind", usage_kind(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("other_party", sa.Text(), nullable=True),
        sa.Column("charged", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_usage_record_quantity")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_usage_record_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_record")),
        sa.UniqueConstraint("identity", name=op.f("uq_usage_record_identity")),
    )
    _index_records()
    op.execute(GIVEN_BACK)
    op.execute("ALTER TABLE daily_usage RESET (fillfactor)")
    op.execute("ALTER TABLE bucket RESET (fillfactor)")
    op.create_foreign_key(
        op.f("fk_daily_usage_line_id"), "daily_usage", "line", ["line_id"], ["id"]
    )
    op.drop_table("usage_record_new")
    op.execute("DROP SCHEMA usage_month")
    _narrow_buckets()
    op.drop_index("ix_family_member_line_id", "family_member")
    op.drop_table("closed_usage")
    op.drop_table("exchange_rate")


def _forget_names(table: str) -> None:
    """Constraints and indexes give up the names that the next table takes."""
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT pk_usage_record")
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS uq_usage_record_identity")
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_usage_record_quantity")
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS fk_usage_record_line_id")
    op.execute("DROP INDEX ix_usage_record_charged")
    op.execute("DROP INDEX ix_usage_record_line")


def _index_records() -> None:
    op.create_index("ix_usage_record_line", "usage_record", ["line_id", "started_at"])
    op.create_index(
        "ix_usage_record_charged",
        "usage_record",
        ["line_id", "started_at"],
        postgresql_where=sa.text("charged > 0"),
    )


def _widen_buckets() -> None:
    for name, kind, default in BUCKETS:
        op.add_column(
            "bucket", sa.Column(name, kind, nullable=False, server_default=sa.text(default))
        )
        op.alter_column("bucket", name, server_default=None)
    op.add_column("bucket", sa.Column("since", sa.Time(), nullable=True))
    op.add_column("bucket", sa.Column("until", sa.Time(), nullable=True))
    op.add_column("bucket", sa.Column("before_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_bucket_before_id"), "bucket", "bucket", ["before_id"], ["id"]
    )
    op.create_index(
        "ix_bucket_before",
        "bucket",
        ["before_id"],
        postgresql_where=sa.text("before_id IS NOT NULL"),
    )
    op.drop_constraint(op.f("uq_bucket_subscription_id_kind_starts_at"), "bucket", type_="unique")
    op.create_unique_constraint(
        op.f("uq_bucket_subscription_id_kind_name_starts_at"),
        "bucket",
        ["subscription_id", "kind", "name", "starts_at"],
    )


def _narrow_buckets() -> None:
    op.drop_constraint(
        op.f("uq_bucket_subscription_id_kind_name_starts_at"), "bucket", type_="unique"
    )
    op.drop_constraint(op.f("fk_bucket_before_id"), "bucket", type_="foreignkey")
    op.execute("DELETE FROM bucket WHERE name <> ''")
    op.create_unique_constraint(
        op.f("uq_bucket_subscription_id_kind_starts_at"),
        "bucket",
        ["subscription_id", "kind", "starts_at"],
    )
    op.drop_index("ix_bucket_before", "bucket")
    for name in ("since", "until", "before_id", *(name for name, _, _ in BUCKETS)):
        op.drop_column("bucket", name)
