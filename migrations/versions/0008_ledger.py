"""Books, approvals, confirmations, chargebacks, unallocated cash, vouchers and payment plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = """
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
"""
BALANCED = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leg
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE FUNCTION ledger_entry_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger_leg WHERE entry_id = NEW.entry_id
        GROUP BY currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger entry % is not balanced', NEW.entry_id USING ERRCODE = '23514';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_leg DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_balanced();
"""


def upgrade() -> None:
    op.create_table(
        "ledger_proof",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_proof")),
    )
    op.create_table(
        "approval_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "approved",
                "refused",
                "expired",
                name="approvalstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_by_name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_approval_request_market_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
    )
    op.create_index("ix_approval_request_object", "approval_request", ["object_id"], unique=False)
    op.create_index(
        "ix_approval_request_waiting",
        "approval_request",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_confirmation_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index(
        "ix_confirmation_session",
        "confirmation",
        ["session_id", "action", "object_id"],
        unique=False,
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_ledger_entry_market_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entry_key")),
    )
    op.create_index("ix_ledger_entry_market", "ledger_entry", ["market_code", "id"], unique=False)
    op.create_index("ix_ledger_entry_source", "ledger_entry", ["kind", "source_id"], unique=False)
    op.create_table(
        "unallocated_cash",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("used", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "amount > 0 AND used >= 0 AND used <= amount", name=op.f("ck_unallocated_cash_amount")
        ),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_unallocated_cash_market_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unallocated_cash")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_unallocated_cash_transaction_id")),
    )
    op.create_index(
        "ix_unallocated_cash_left",
        "unallocated_cash",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("used < amount"),
    )
    op.create_table(
        "voucher_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("value > 0 AND count > 0", name=op.f("ck_voucher_batch_value")),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_voucher_batch_market_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_batch")),
        sa.UniqueConstraint("name", name=op.f("uq_voucher_batch_name")),
    )
    op.create_table(
        "ledger_difference",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("market_code", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("in_ledger", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("in_rows", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_ledger_difference_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_ledger_difference_market_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_difference")),
    )
    op.create_index(
        "uq_ledger_difference_open",
        "ledger_difference",
        ["what", sa.literal_column("coalesce(account_id::text, '')"), "currency"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "ledger_leg",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "book",
            sa.Enum(
                "receivable",
                "cash",
                "revenue",
                "tax",
                "customer_credit",
                "prepaid",
                "refunds",
                "unallocated",
                "chargebacks",
                "vouchers",
                "promotions",
                name="book",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_ledger_leg_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_ledger_leg_entry_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_ledger_leg")),
    )
    op.create_index("ix_ledger_leg_account", "ledger_leg", ["account_id", "book"], unique=False)
    op.create_table(
        "payment_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("active", "kept", "broken", name="planstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_plan_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_payment_plan_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_plan")),
    )
    op.create_index(
        "uq_payment_plan_active",
        "payment_plan",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "instalment",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_instalment_amount")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["payment_plan.id"], name=op.f("fk_instalment_plan_id")
        ),
        sa.PrimaryKeyConstraint("plan_id", "due_on", name=op.f("pk_instalment")),
    )
    op.create_table(
        "payment_plan_invoice",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_payment_plan_invoice_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["payment_plan.id"], name=op.f("fk_payment_plan_invoice_plan_id")
        ),
        sa.PrimaryKeyConstraint("plan_id", "invoice_id", name=op.f("pk_payment_plan_invoice")),
    )
    op.create_table(
        "voucher",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["voucher_batch.id"], name=op.f("fk_voucher_batch_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_voucher_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_voucher_code_hash")),
    )
    op.create_index(op.f("ix_voucher_batch_id"), "voucher", ["batch_id"], unique=False)
    op.create_index(op.f("ix_voucher_line_id"), "voucher", ["line_id"], unique=False)
    op.create_table(
        "cash_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cash_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_cash_use_amount")),
        sa.ForeignKeyConstraint(
            ["cash_id"], ["unallocated_cash.id"], name=op.f("fk_cash_use_cash_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_cash_use_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_use")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_cash_use_payment_id")),
    )
    op.create_index(op.f("ix_cash_use_cash_id"), "cash_use", ["cash_id"], unique=False)
    op.create_table(
        "chargeback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_reference", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("covered", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "opened",
                "represented",
                "won",
                "lost",
                name="chargebackstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "amount > 0 AND covered >= 0 AND covered <= amount", name=op.f("ck_chargeback_amount")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_chargeback_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chargeback")),
        sa.UniqueConstraint(
            "provider", "provider_reference", name=op.f("uq_chargeback_provider_provider_reference")
        ),
    )
    op.create_index(op.f("ix_chargeback_payment_id"), "chargeback", ["payment_id"], unique=False)
    op.create_index(
        "ix_balance_movement_at", "balance_movement", ["at"], unique=False, postgresql_using="brin"
    )
    op.add_column("payment", sa.Column("cash_id", sa.Uuid(), nullable=True))
    op.add_column("payment", sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_payment_created_at", "payment", ["created_at"], unique=False)
    op.create_index("ix_payment_transaction_id", "payment", ["transaction_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_payment_cash_id"), "payment", "unallocated_cash", ["cash_id"], ["id"]
    )
    op.add_column(
        "refund",
        sa.Column(
            "goes_to",
            sa.Enum("method", "bank", name="refundto", native_enum=False, length=32),
            nullable=False,
            server_default="method",
        ),
    )
    op.add_column("refund", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.alter_column("refund", "goes_to", server_default=None)
    op.alter_column("refund", "reason", server_default=None)
    op.execute(APPEND_ONLY)
    op.execute(BALANCED)


def downgrade() -> None:
    op.drop_column("refund", "reason")
    op.drop_column("refund", "goes_to")
    op.drop_constraint(op.f("fk_payment_cash_id"), "payment", type_="foreignkey")
    op.drop_index("ix_payment_transaction_id", table_name="payment")
    op.drop_index("ix_payment_created_at", table_name="payment")
    op.drop_column("payment", "reversed_at")
    op.drop_column("payment", "cash_id")
    op.drop_index("ix_balance_movement_at", table_name="balance_movement", postgresql_using="brin")
    op.drop_index(op.f("ix_chargeback_payment_id"), table_name="chargeback")
    op.drop_table("chargeback")
    op.drop_index(op.f("ix_cash_use_cash_id"), table_name="cash_use")
    op.drop_table("cash_use")
    op.drop_index(op.f("ix_voucher_line_id"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_batch_id"), table_name="voucher")
    op.drop_table("voucher")
    op.drop_table("payment_plan_invoice")
    op.drop_table("instalment")
    op.drop_index(
        "uq_payment_plan_active",
        table_name="payment_plan",
        postgresql_where=sa.text("status = 'active'"),
    )
    op.drop_table("payment_plan")
    op.drop_index("ix_ledger_leg_account", table_name="ledger_leg")
    op.drop_table("ledger_leg")
    op.drop_index(
        "uq_ledger_difference_open",
        table_name="ledger_difference",
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.drop_table("ledger_difference")
    op.drop_table("voucher_batch")
    op.drop_index(
        "ix_unallocated_cash_left",
        table_name="unallocated_cash",
        postgresql_where=sa.text("used < amount"),
    )
    op.drop_table("unallocated_cash")
    op.drop_index("ix_ledger_entry_source", table_name="ledger_entry")
    op.drop_index("ix_ledger_entry_market", table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_index("ix_confirmation_session", table_name="confirmation")
    op.drop_table("confirmation")
    op.drop_index(
        "ix_approval_request_waiting",
        table_name="approval_request",
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.drop_index("ix_approval_request_object", table_name="approval_request")
    op.drop_table("approval_request")
    op.drop_table("ledger_proof")
    op.execute("DROP FUNCTION ledger_entry_is_balanced")
    op.execute("DROP FUNCTION ledger_is_append_only")
