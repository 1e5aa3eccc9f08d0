"""Runs in batches, disputes, holds, debit notes and papers; credit notes held to the invoice."""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NEVER_MORE_THAN_THE_INVOICE = """
CREATE FUNCTION credit_notes_never_exceed_the_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most numeric;
    noted numeric;
BEGIN
    SELECT total INTO most FROM invoice WHERE id = NEW.invoice_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount), 0) INTO noted
        FROM credit_note WHERE invoice_id = NEW.invoice_id AND id <> NEW.id;
    IF noted + NEW.amount > most THEN
        RAISE EXCEPTION 'credit notes exceed the invoice' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER never_more_than_the_invoice BEFORE INSERT OR UPDATE ON credit_note
    FOR EACH ROW EXECUTE FUNCTION credit_notes_never_exceed_the_invoice();
"""


def _invoice_checks(not_overpaid: str, never_negative: str) -> None:
    for name, rule in (("not_overpaid", not_overpaid), ("never_negative", never_negative)):
        op.drop_constraint(op.f(f"ck_invoice_{name}"), "invoice", type_="check")
        op.create_check_constraint(op.f(f"ck_invoice_{name}"), "invoice", rule)


def upgrade() -> None:
    op.create_table(
        "bill_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "running",
                "stopped",
                "done",
                "failed",
                name="runstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("planned_by", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["market_code"], ["market.code"], name=op.f("fk_bill_run_market_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_run")),
    )
    op.create_index("ix_bill_run_planned_at", "bill_run", ["planned_at"], unique=False)
    op.create_index(
        "uq_bill_run_unfinished",
        "bill_run",
        ["market_code"],
        unique=True,
        postgresql_where=sa.text("state IN ('planned', 'running', 'stopped', 'failed')"),
    )
    op.create_table(
        "bill_run_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("account_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["bill_run.id"], name=op.f("fk_bill_run_batch_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_run_batch")),
    )
    op.create_index("ix_bill_run_batch_run", "bill_run_batch", ["run_id"], unique=False)
    op.create_index(
        "ix_bill_run_batch_waiting",
        "bill_run_batch",
        ["run_id", "id"],
        unique=False,
        postgresql_where=sa.text("NOT done"),
    )
    op.create_table(
        "bill_run_failure",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bill_run_failure_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["bill_run.id"], name=op.f("fk_bill_run_failure_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "account_id", name=op.f("pk_bill_run_failure")),
    )
    op.create_table(
        "debit_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("net", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("tax", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_debit_note_amount")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_debit_note_invoice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debit_note")),
        sa.UniqueConstraint("number", name=op.f("uq_debit_note_number")),
    )
    op.create_index(op.f("ix_debit_note_invoice_id"), "debit_note", ["invoice_id"], unique=False)
    op.create_table(
        "dunning_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_dunning_hold_amount")),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_dunning_hold_invoice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dunning_hold")),
    )
    op.create_index(
        "ix_dunning_hold_reason",
        "dunning_hold",
        ["reason"],
        unique=False,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index(
        "uq_dunning_hold_in_force",
        "dunning_hold",
        ["invoice_id", "reason"],
        unique=True,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "invoice_paper",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_paper_invoice_id")
        ),
        sa.PrimaryKeyConstraint("invoice_id", "language", name=op.f("pk_invoice_paper")),
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "upheld",
                "partly",
                "refused",
                "withdrawn",
                name="disputestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("credited", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("credit_note_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_dispute_amount")),
        sa.CheckConstraint(
            "credited >= 0 AND credited <= amount", name=op.f("ck_dispute_credited")
        ),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_dispute_charge_id")),
        sa.ForeignKeyConstraint(
            ["credit_note_id"], ["credit_note.id"], name=op.f("fk_dispute_credit_note_id")
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_dispute_invoice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index(op.f("ix_dispute_invoice_id"), "dispute", ["invoice_id"], unique=False)
    op.create_index(
        "ix_dispute_queue",
        "dispute",
        ["opened_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_dispute_open",
        "dispute",
        ["charge_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_constraint(op.f("fk_charge_invoice_id"), "charge", type_="foreignkey")
    op.create_foreign_key(
        op.f("fk_charge_invoice_id"),
        "charge",
        "invoice",
        ["invoice_id"],
        ["id"],
        initially="DEFERRED",
        deferrable=True,
    )
    nothing = sa.Column(
        "debited", sa.Numeric(precision=18, scale=4), nullable=False, server_default="0"
    )
    op.add_column("invoice", nothing)
    op.alter_column("invoice", "debited", server_default=None)
    _invoice_checks(
        "paid + credited <= total + debited", "paid >= 0 AND credited >= 0 AND debited >= 0"
    )
    op.execute(NEVER_MORE_THAN_THE_INVOICE)
    op.create_index("ix_invoice_market", "invoice", ["market_code", "id"], unique=False)
    op.create_index("ix_invoice_market_total", "invoice", ["market_code", "total"], unique=False)
    op.create_index(
        "ix_invoice_number_start",
        "invoice",
        ["number"],
        unique=False,
        postgresql_ops={"number": "text_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index(
        "ix_invoice_number_start",
        table_name="invoice",
        postgresql_ops={"number": "text_pattern_ops"},
    )
    op.drop_index("ix_invoice_market_total", table_name="invoice")
    op.drop_index("ix_invoice_market", table_name="invoice")
    op.execute("DROP TRIGGER never_more_than_the_invoice ON credit_note")
    op.execute("DROP FUNCTION credit_notes_never_exceed_the_invoice")
    _invoice_checks("paid + credited <= total", "paid >= 0 AND credited >= 0")
    op.drop_column("invoice", "debited")
    op.drop_constraint(op.f("fk_charge_invoice_id"), "charge", type_="foreignkey")
    op.create_foreign_key(op.f("fk_charge_invoice_id"), "charge", "invoice", ["invoice_id"], ["id"])
    op.drop_index(
        "uq_dispute_open", table_name="dispute", postgresql_where=sa.text("state = 'open'")
    )
    op.drop_index(
        "ix_dispute_queue", table_name="dispute", postgresql_where=sa.text("state = 'open'")
    )
    op.drop_index(op.f("ix_dispute_invoice_id"), table_name="dispute")
    op.drop_table("dispute")
    op.drop_table("invoice_paper")
    op.drop_index(
        "uq_dunning_hold_in_force",
        table_name="dunning_hold",
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.drop_index(
        "ix_dunning_hold_reason",
        table_name="dunning_hold",
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.drop_table("dunning_hold")
    op.drop_index(op.f("ix_debit_note_invoice_id"), table_name="debit_note")
    op.drop_table("debit_note")
    op.drop_table("bill_run_failure")
    op.drop_index(
        "ix_bill_run_batch_waiting",
        table_name="bill_run_batch",
        postgresql_where=sa.text("NOT done"),
    )
    op.drop_index("ix_bill_run_batch_run", table_name="bill_run_batch")
    op.drop_table("bill_run_batch")
    op.drop_index(
        "uq_bill_run_unfinished",
        table_name="bill_run",
        postgresql_where=sa.text("state IN ('planned', 'running', 'stopped', 'failed')"),
    )
    op.drop_index("ix_bill_run_planned_at", table_name="bill_run")
    op.drop_table("bill_run")
