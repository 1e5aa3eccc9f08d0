"""Sums of days for all together."""

import sqlalchemy as sa
from alembic import op

revision = '0064'
down_revision = '0063'
branch_labels = None
depends_on = None

# The slices without channel, agent and topic are there since there are hours for all together.
_SUM = """
INSERT INTO report_whole_day (fact, hour, slice_id, bucket, n, total)
SELECT fact, hour, whole.id, bucket, sum(n), sum(total)
FROM report_day
JOIN report_slice ON report_slice.id = slice_id
JOIN report_slice AS whole ON whole.market_code = report_slice.market_code
    AND whole.team_id = report_slice.team_id AND whole.channel = '' AND whole.topic = ''
    AND whole.agent_id = CAST('00000000-0000-0000-0000-000000000000' AS uuid)
GROUP BY 1, 2, 3, 4
"""


def upgrade() -> None:
    op.create_table(
        "report_whole_day",
        sa.Column("fact", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slice_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bucket", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "fact", "hour", "slice_id", "bucket", name=op.f("pk_report_whole_day")
        ),
    )
    op.execute(_SUM)


def downgrade() -> None:
    op.drop_table("report_whole_day")
