"""Final bills that deposits pay, debts written off, and lines that move to other accounts."""

import sqlalchemy as sa
from alembic import op


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


RULES = {
    "not_overpaid": (
        "paid + credited <= total + debited",
        "paid + credited + written_off <= total + debited",
    ),
    "never_negative": (
        "paid >= 0 AND credited >= 0 AND debited >= 0",
        "paid >= 0 AND credited >= 0 AND debited >= 0 AND written_off >= 0",
    ),
}


def upgrade() -> None:
    op.create_table(
        "bad_debt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "written_off",
                "undone",
                "recovered",
                name="baddebtkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bad_debt_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bad_debt_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_bad_debt_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_bad_debt_market_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bad_debt")),
    )
    op.create_index(op.f("ix_bad_debt_account_id"), "bad_debt", ["account_id"], unique=False)
    op.create_index(op.f("ix_bad_debt_invoice_id"), "bad_debt", ["invoice_id"], unique=False)
    op.create_index("ix_bad_debt_market", "bad_debt", ["market_code", "at"], unique=False)
    op.create_table(
        "deposit_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_deposit_use_amount")),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_use_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_deposit_use_invoice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_use")),
    )
    op.create_index(op.f("ix_deposit_use_deposit_id"), "deposit_use", ["deposit_id"], unique=False)
    op.create_index(op.f("ix_deposit_use_invoice_id"), "deposit_use", ["invoice_id"], unique=False)
    op.add_column(
        "deposit",
        sa.Column("used", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False),
    )
    op.add_column(
        "invoice",
        sa.Column(
            "written_off", sa.Numeric(precision=18, scale=4), server_default="0", nullable=False
        ),
    )
    op.create_index(
        "ix_invoice_written_off",
        "invoice",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("written_off > 0"),
    )
    op.create_check_constraint(op.f("ck_deposit_used"), "deposit", "used >= 0 AND used <= amount")
    for name, (_, rule) in RULES.items():
        _replace(name, rule)

    op.create_table(
        "line_transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("new_line_id", sa.Uuid(), nullable=True),
        sa.Column("from_account_id", sa.Uuid(), nullable=False),
        sa.Column("to_account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "agreed",
                "done",
                "refused",
                "cancelled",
                "expired",
                name="transferstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("giver_proof", sa.Text(), nullable=False),
        sa.Column("taker_proof", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "from_account_id <> to_account_id", name=op.f("ck_line_transfer_another_account")
        ),
        sa.ForeignKeyConstraint(
            ["from_account_id"], ["account.id"], name=op.f("fk_line_transfer_from_account_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_line_transfer_line_id")),
        sa.ForeignKeyConstraint(
            ["new_line_id"], ["line.id"], name=op.f("fk_line_transfer_new_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_account_id"], ["account.id"], name=op.f("fk_line_transfer_to_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_transfer")),
    )
    op.create_index(
        "ix_line_transfer_due",
        "line_transfer",
        ["day"],
        unique=False,
        postgresql_where=sa.text("status = 'agreed'"),
    )
    op.create_index(
        op.f("ix_line_transfer_from_account_id"), "line_transfer", ["from_account_id"], unique=False
    )
    op.create_index(op.f("ix_line_transfer_line_id"), "line_transfer", ["line_id"], unique=False)
    op.create_index(
        op.f("ix_line_transfer_new_line_id"), "line_transfer", ["new_line_id"], unique=False
    )
    op.create_index(
        op.f("ix_line_transfer_to_account_id"), "line_transfer", ["to_account_id"], unique=False
    )
    op.create_index(
        "uq_line_transfer_pending",
        "line_transfer",
        ["line_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('waiting', 'agreed')"),
    )
    op.add_column("line", sa.Column("came_from_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_line_came_from_id"), "line", ["came_from_id"], unique=False)
    op.create_foreign_key(op.f("fk_line_came_from_id"), "line", "line", ["came_from_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_line_came_from_id"), "line", type_="foreignkey")
    op.drop_index(op.f("ix_line_came_from_id"), table_name="line")
    op.drop_column("line", "came_from_id")
    op.drop_index(
        "uq_line_transfer_pending",
        table_name="line_transfer",
        postgresql_where=sa.text("status IN ('waiting', 'agreed')"),
    )
    op.drop_index(op.f("ix_line_transfer_to_account_id"), table_name="line_transfer")
    op.drop_index(op.f("ix_line_transfer_new_line_id"), table_name="line_transfer")
    op.drop_index(op.f("ix_line_transfer_line_id"), table_name="line_transfer")
    op.drop_index(op.f("ix_line_transfer_from_account_id"), table_name="line_transfer")
    op.drop_index(
        "ix_line_transfer_due",
        table_name="line_transfer",
        postgresql_where=sa.text("status = 'agreed'"),
    )
    op.drop_table("line_transfer")
    for name, (rule, _) in RULES.items():
        _replace(name, rule)
    op.drop_constraint(op.f("ck_deposit_used"), "deposit", type_="check")
    op.drop_index(
        "ix_invoice_written_off", table_name="invoice", postgresql_where=sa.text("written_off > 0")
    )
    op.drop_column("invoice", "written_off")
    op.drop_column("deposit", "used")
    op.drop_index(op.f("ix_deposit_use_invoice_id"), table_name="deposit_use")
    op.drop_index(op.f("ix_deposit_use_deposit_id"), table_name="deposit_use")
    op.drop_table("deposit_use")
    op.drop_index("ix_bad_debt_market", table_name="bad_debt")
    op.drop_index(op.f("ix_bad_debt_invoice_id"), table_name="bad_debt")
    op.drop_index(op.f("ix_bad_debt_account_id"), table_name="bad_debt")
    op.drop_table("bad_debt")


def _replace(name: str, rule: str) -> None:
    op.drop_constraint(op.f(f"ck_invoice_{name}"), "invoice", type_="check")
    op.create_check_constraint(op.f(f"ck_invoice_{name}"), "invoice", rule)
