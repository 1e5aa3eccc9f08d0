"""methods."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gateway_health",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("last_error_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_gateway_health")),
    )
    op.create_table(
        "gateway_route",
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "card",
                "upi_intent",
                "upi_collect",
                "wallet",
                "pix",
                "bank_transfer",
                name="method",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_gateway_route_market_code")
        ),
        sa.PrimaryKeyConstraint("market_code", "method", name=op.f("pk_gateway_route")),
    )
    op.create_table(
        "saved_method",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "card",
                "upi_intent",
                "upi_collect",
                "wallet",
                "pix",
                "bank_transfer",
                name="method",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("last4", sa.Text(), nullable=True),
        sa.Column("expires", sa.Text(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_saved_method_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_method")),
        sa.UniqueConstraint(
            "customer_id",
            "provider",
            "token_hash",
            name=op.f("uq_saved_method_customer_id_provider_token_hash"),
        ),
    )
    op.create_index(
        op.f("ix_saved_method_customer_id"), "saved_method", ["customer_id"], unique=False
    )
    op.create_index(
        "uq_saved_method_default",
        "saved_method",
        ["customer_id"],
        unique=True,
        postgresql_where=sa.text("is_default AND deleted_at IS NULL"),
    )
    op.create_table(
        "autopay_mandate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("bills", "top_up", name="autopaykind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("saved_method_id", sa.Uuid(), nullable=False),
        sa.Column("max_amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("threshold", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("top_up_amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("daily_cap", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_because", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'top_up') = (line_id IS NOT NULL AND threshold IS NOT NULL AND top_up_amount IS NOT NULL AND daily_cap IS NOT NULL)",
            name=op.f("ck_autopay_mandate_whole"),
        ),
        sa.CheckConstraint("day BETWEEN 1 AND 31", name=op.f("ck_autopay_mandate_day")),
        sa.CheckConstraint("max_amount > 0", name=op.f("ck_autopay_mandate_max_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_autopay_mandate_account_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_autopay_mandate_line_id")),
        sa.ForeignKeyConstraint(
            ["saved_method_id"],
            ["saved_method.id"],
            name=op.f("fk_autopay_mandate_saved_method_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_autopay_mandate")),
    )
    op.create_index(
        op.f("ix_autopay_mandate_account_id"), "autopay_mandate", ["account_id"], unique=False
    )
    op.create_index(
        op.f("ix_autopay_mandate_saved_method_id"),
        "autopay_mandate",
        ["saved_method_id"],
        unique=False,
    )
    op.create_index(
        "uq_autopay_mandate_bills",
        "autopay_mandate",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("line_id IS NULL AND revoked_at IS NULL"),
    )
    op.create_index(
        "uq_autopay_mandate_line",
        "autopay_mandate",
        ["line_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "autopay_debit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "charging",
                "done",
                "declined",
                "asking",
                "dropped",
                name="debitstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_autopay_debit_amount")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_autopay_debit_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["autopay_mandate.id"], name=op.f("fk_autopay_debit_mandate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_autopay_debit")),
        sa.UniqueConstraint("invoice_id", name=op.f("uq_autopay_debit_invoice_id")),
    )
    op.create_index(
        "ix_autopay_debit_charging",
        "autopay_debit",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("status = 'charging'"),
    )
    op.create_index(
        "ix_autopay_debit_decided",
        "autopay_debit",
        ["decided_at"],
        unique=False,
        postgresql_where=sa.text("decided_at IS NOT NULL"),
    )
    op.create_index(
        "ix_autopay_debit_mandate", "autopay_debit", ["mandate_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_autopay_debit_planned",
        "autopay_debit",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("status = 'planned'"),
    )
    op.create_index(
        "uq_autopay_debit_top_up",
        "autopay_debit",
        ["mandate_id"],
        unique=True,
        postgresql_where=sa.text("invoice_id IS NULL AND status IN ('planned', 'charging')"),
    )
    op.create_table(
        "autopay_attempt",
        sa.Column("debit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["debit_id"], ["autopay_debit.id"], name=op.f("fk_autopay_attempt_debit_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_autopay_attempt_payment_id")
        ),
        sa.PrimaryKeyConstraint("debit_id", "number", name=op.f("pk_autopay_attempt")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_autopay_attempt_payment_id")),
    )
    op.add_column(
        "payment", sa.Column("action", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
    op.add_column("payment", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payment", sa.Column("saved_method_id", sa.Uuid(), nullable=True))
    op.create_index("ix_payment_line", "payment", ["line_id", "settled_at"], unique=False)
    op.create_foreign_key(
        op.f("fk_payment_saved_method_id"), "payment", "saved_method", ["saved_method_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_payment_saved_method_id"), "payment", type_="foreignkey")
    op.drop_index("ix_payment_line", table_name="payment")
    op.drop_column("payment", "saved_method_id")
    op.drop_column("payment", "expires_at")
    op.drop_column("payment", "action")
    op.drop_table("autopay_attempt")
    op.drop_index(
        "uq_autopay_debit_top_up",
        table_name="autopay_debit",
        postgresql_where=sa.text("invoice_id IS NULL AND status IN ('planned', 'charging')"),
    )
    op.drop_index(
        "ix_autopay_debit_planned",
        table_name="autopay_debit",
        postgresql_where=sa.text("status = 'planned'"),
    )
    op.drop_index("ix_autopay_debit_mandate", table_name="autopay_debit")
    op.drop_index(
        "ix_autopay_debit_decided",
        table_name="autopay_debit",
        postgresql_where=sa.text("decided_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_autopay_debit_charging",
        table_name="autopay_debit",
        postgresql_where=sa.text("status = 'charging'"),
    )
    op.drop_table("autopay_debit")
    op.drop_index(
        "uq_autopay_mandate_line",
        table_name="autopay_mandate",
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_index(
        "uq_autopay_mandate_bills",
        table_name="autopay_mandate",
        postgresql_where=sa.text("line_id IS NULL AND revoked_at IS NULL"),
    )
    op.drop_index(op.f("ix_autopay_mandate_saved_method_id"), table_name="autopay_mandate")
    op.drop_index(op.f("ix_autopay_mandate_account_id"), table_name="autopay_mandate")
    op.drop_table("autopay_mandate")
    op.drop_index(
        "uq_saved_method_default",
        table_name="saved_method",
        postgresql_where=sa.text("is_default AND deleted_at IS NULL"),
    )
    op.drop_index(op.f("ix_saved_method_customer_id"), table_name="saved_method")
    op.drop_table("saved_method")
    op.drop_table("gateway_route")
    op.drop_table("gateway_health")
