"""Sums of days whose number does not grow with tickets; hours that are to be summed again."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0059"
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
SELECT fact, date_trunc('day', hour, timezone), wide.id, bucket, sum(n), sum(total)
FROM report_figure
JOIN report_slice AS slice ON slice.id = slice_id
JOIN market ON market.code = slice.market_code
JOIN report_slice AS wide ON wide.market_code = slice.market_code
    AND wide.team_id = slice.team_id AND {alike}
GROUP BY 1, 2, 3, 4
"""
_OF_ALL_AGENTS = """wide.channel = slice.channel AND wide.topic = slice.topic
    AND wide.agent_id = '00000000-0000-0000-0000-000000000000'"""
_OF_AN_AGENT = "wide.channel = '' AND wide.topic = '' AND wide.agent_id = slice.agent_id"
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
