"""Room on a page of buckets for all of them to be used in one transaction."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE bucket SET (fillfactor = 50)")


def downgrade() -> None:
    op.execute("ALTER TABLE bucket SET (fillfactor = 70)")
