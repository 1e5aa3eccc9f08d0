"""Sums of days whose number does not grow with tickets; hours that are to be summed again."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = '0060'
branch_labels = None
depends_on = None

_WIDER_SLICES = """
INSERT INTO report_slice (market_code, channel, team_id, agent_id, topic)
SELECT market_code, channel, team_id, '00000000-0000-0000-0000-000000000000', topic
FROM report_slice
UNION SELECT market_code, '', team_id, agent_id, '' FROM report_slice
ON CONFLICT DO NOTHING
"""
_SUM = """
INSERT INTO {table} (fact, hour, slice_id, bucket, n, total)
WITH summed AS MATERIALIZED (
    SELECT fact, date_trunc('day', hour, timezone) AS day, market_code, team_id, {alike}, bucket,
        sum(n) AS n, sum(total) AS total
    FROM report_figure
    JOIN report_slice ON report_slice.id = slice_id
    JOIN market ON market.code = market_code
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
SELECT fact, day, report_slice.id, bucket, n, total FROM summed
JOIN report_slice USING (market_code, channel, team_id, agent_id, topic)
"""
_OF_ALL_AGENTS = (
    "channel, CAST('00000000-0000-0000-0000-000000000000' AS uuid) AS agent_id, topic"
)
_OF_AN_AGENT = "'' AS channel, agent_id, '' AS topic"
_AS_BEFORE = """
INSERT INTO report_day (fact, hour, slice_id, bucket, n, total)
SELECT fact, date_trunc('day', hour, timezone), slice_id, bucket, sum(n), sum(total)
FROM report_figure
JOIN report_slice ON report_slice.id = slice_id
JOIN market ON market.code = market_code
WHERE fact < 70
GROUP BY 1, 2, 3, 4
"""


def upgrade() -> None:
    op.create_table(
        "report_agent_day",
        sa.Column("fact", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "fact", "hour", "slice_id", "bucket", name=op.f("pk_report_agent_day")
        ),
    )
    op.create_table(
        "report_stale_hour",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "hour", name=op.f("pk_report_stale_hour")),
    )
    op.execute("TRUNCATE report_day")
    op.execute(_WIDER_SLICES)
    op.execute(_SUM.format(table="report_day", alike=_OF_ALL_AGENTS))
    op.execute(_SUM.format(table="report_agent_day", alike=_OF_AN_AGENT))


def downgrade() -> None:
    op.drop_table("report_stale_hour")
    op.drop_table("report_agent_day")
    op.execute("TRUNCATE report_day")
    op.execute(_AS_BEFORE)
