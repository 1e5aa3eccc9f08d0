"""Sums of months, of the hours of a month's days, and of hours for all together."""

import sqlalchemy as sa
from alembic import op

revision = '0063'
down_revision = '0062'
branch_labels = None
depends_on = None

_SUM = """
INSERT INTO {table} (fact, hour, slice_id, bucket, n, total)
WITH summed AS MATERIALIZED (
    SELECT fact, {begins} AS hour, market_code, team_id, {alike}, bucket,
        sum(n) AS n, sum(total) AS total
    FROM report_figure
    JOIN report_slice ON report_slice.id = slice_id
    JOIN market ON market.code = market_code
    WHERE {which}
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
SELECT fact, hour, report_slice.id, bucket, n, total FROM summed
JOIN report_slice USING (market_code, channel, team_id, agent_id, topic)
"""
_OF_ALL_AGENTS = (
    "channel, CAST('00000000-0000-0000-0000-000000000000' AS uuid) AS agent_id, topic"
)
_OF_ALL = (
    "'' AS channel, CAST('00000000-0000-0000-0000-000000000000' AS uuid) AS agent_id, '' AS topic"
)
_OF_AN_AGENT = "'' AS channel, agent_id, '' AS topic"
_MONTH = "date_trunc('month', hour, timezone)"
_CLOCK = """(date_trunc('month', hour AT TIME ZONE timezone)
    + CAST(hour AT TIME ZONE timezone AS time)) AT TIME ZONE 'UTC'"""
# Backlogs are no sums.
_ADD_UP = "fact <> 70"
_TABLES = {
    "report_hour": ("hour", _OF_ALL, "true"),
    "report_month": (_MONTH, _OF_ALL_AGENTS, _ADD_UP),
    "report_agent_month": (_MONTH, _OF_AN_AGENT, _ADD_UP),
    "report_slice_month": (_MONTH, "channel, agent_id, topic", _ADD_UP),
    "report_clock": (_CLOCK, _OF_ALL_AGENTS, _ADD_UP),
    "report_agent_clock": (_CLOCK, _OF_AN_AGENT, _ADD_UP),
}
_WIDER_SLICES = """
INSERT INTO report_slice (market_code, channel, team_id, agent_id, topic)
SELECT DISTINCT market_code, '', team_id, CAST('00000000-0000-0000-0000-000000000000' AS uuid), ''
FROM report_slice
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.execute(_WIDER_SLICES)
    for table, (begins, alike, which) in _TABLES.items():
        op.create_table(
            table,
            sa.Column("fact", sa.SmallInteger(), autoincrement=False, nullable=False),
            sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
            sa.Column("slice_id", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
            sa.Column("n", sa.Integer(), nullable=False),
            sa.Column("total", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("fact", "hour", "slice_id", "bucket", name=op.f(f"pk_{table}")),
        )
        op.execute(_SUM.format(table=table, begins=begins, alike=alike, which=which))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
