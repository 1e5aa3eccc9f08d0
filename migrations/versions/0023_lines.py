"""The PUK that a card comes with."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stock_card", sa.Column("puk", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("stock_card", "puk")
