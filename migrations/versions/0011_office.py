"""The books by what happened when."""

from alembic import op


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_ledger_entry_market"), table_name="ledger_entry")
    op.create_index("ix_ledger_entry_at", "ledger_entry", ["at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ledger_entry_at", table_name="ledger_entry")
    op.create_index(
        op.f("ix_ledger_entry_market"), "ledger_entry", ["market_code", "id"], unique=False
    )
