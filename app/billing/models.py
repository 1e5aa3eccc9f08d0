"""Charges, invoices and credit notes."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    event,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.dunning import Action
from app.core import db
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account


class ChargeKind(StrEnum):
    RECURRING = "recurring"
    PRORATED_CREDIT = "prorated_credit"
    PRORATED_CHARGE = "prorated_charge"
    USAGE = "usage"
    ADD_ON = "add_on"
    CREDIT = "credit"
    DISCOUNT = "discount"


class Charge(db.Base):
    """An amount that waits for the next invoice. `because` holds the rule and its inputs.

    The run writes charges before their invoice, whose number it takes as late as it can.
    """

    __tablename__ = "charge"
    __table_args__ = (
        Index("ix_charge_open", "account_id", postgresql_where=text("invoice_id IS NULL")),
        Index("ix_charge_usage", "line_id", postgresql_where=text("kind = 'usage'")),
        Index(
            "ix_charge_discount",
            "account_id",
            "period_start",
            postgresql_where=text("kind = 'discount'"),
        ),
        UniqueConstraint("effect_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    kind: Mapped[ChargeKind]
    description: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    period_start: Mapped[date]
    period_end: Mapped[date]
    because: Mapped[dict[str, Any]]
    effect_key: Mapped[str] = mapped_column(Text)
    invoice_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("invoice.id", deferrable=True, initially="DEFERRED"), index=True
    )
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class InvoiceStatus(StrEnum):
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    WRITTEN_OFF = "written_off"


class Invoice(db.Base):
    """A closed bill; it never changes but in how much of it is paid, credited or added by notes.

    What is `written_off` we no longer expect, though it may still be paid. Period
    [period_start, period_end) in days of the market; overdue is `due_on` passed while open.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("account_id", "period_start"),
        Index("ix_invoice_account", "account_id", "issued_at"),
        Index("ix_invoice_open", "due_on", postgresql_where=text("status = 'open'")),
        Index("ix_invoice_number_start", "number", postgresql_ops={"number": "text_pattern_ops"}),
        Index("ix_invoice_market", "market_code", "id"),
        Index("ix_invoice_market_total", "market_code", "total"),
        CheckConstraint("paid + credited + written_off <= total + debited", name="not_overpaid"),
        CheckConstraint(
            "paid >= 0 AND credited >= 0 AND debited >= 0 AND written_off >= 0",
            name="never_negative",
        ),
        Index("ix_invoice_written_off", "account_id", postgresql_where=text("written_off > 0")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(Text, unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    currency: Mapped[str] = mapped_column(Text)
    period_start: Mapped[date]
    period_end: Mapped[date]
    issued_at: Mapped[datetime]
    due_on: Mapped[date]
    status: Mapped[InvoiceStatus]
    net: Mapped[Decimal] = mapped_column(db.Amount)
    tax: Mapped[Decimal] = mapped_column(db.Amount)
    total: Mapped[Decimal] = mapped_column(db.Amount)
    paid: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    credited: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    debited: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    written_off: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0), server_default="0")
    paid_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    charges: Mapped[list[Charge]] = relationship(order_by="Charge.period_start")

    @hybrid_property
    def still_due(self) -> Decimal:
        """What is still to pay; also as a column of queries."""
        return self.total + self.debited - self.paid - self.credited - self.written_off

    @property
    def due(self) -> Money:
        return Money(self.still_due, self.currency)

    @property
    def payable(self) -> Money:
        """What a payment may be for: also what was written off is owed."""
        return Money(self.still_due + self.written_off, self.currency)

    @property
    def is_open(self) -> bool:
        return self.status == InvoiceStatus.OPEN

    @property
    def can_be_paid(self) -> bool:
        return self.status in {InvoiceStatus.OPEN, InvoiceStatus.WRITTEN_OFF}

    @property
    def total_money(self) -> Money:
        return Money(self.total, self.currency)

    def is_overdue(self, today: date) -> bool:
        return self.status == InvoiceStatus.OPEN and self.due_on < today


class CreditNote(db.Base):
    """Takes back part of an invoice; all notes together never exceed it.

    `amount` includes the tax; `net` and `tax` are in the proportion of the invoice.
    """

    __tablename__ = "credit_note"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(Text, unique=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    net: Mapped[Decimal] = mapped_column(db.Amount)
    tax: Mapped[Decimal] = mapped_column(db.Amount)
    reason: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime]


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
_trigger = DDL(NEVER_MORE_THAN_THE_INVOICE.replace("%", "%%"))  # type: ignore[no-untyped-call]
event.listen(CreditNote.__table__, "after_create", _trigger)


class DebitNote(db.Base):
    """Adds to an invoice what it left out; it is due with it. `amount` includes the tax."""

    __tablename__ = "debit_note"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(Text, unique=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    net: Mapped[Decimal] = mapped_column(db.Amount)
    tax: Mapped[Decimal] = mapped_column(db.Amount)
    reason: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime]


class AccountCredit(db.Base):
    """A movement of money that an account has with us: paid too much, or credited after paying.

    The sum of an account's movements is its credit; the next invoice uses it up. Tax is in it.
    """

    __tablename__ = "account_credit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    at: Mapped[datetime]

    invoice: Mapped[Invoice] = relationship()


class DunningStep(db.Base):
    """A step taken against an unpaid invoice; each at most once."""

    __tablename__ = "dunning_step"

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    action: Mapped[Action] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]


class DunningHold(db.Base):
    """An amount of an invoice that is not dunned for while a reason for it stands."""

    __tablename__ = "dunning_hold"
    __table_args__ = (
        Index(
            "uq_dunning_hold_in_force",
            "invoice_id",
            "reason",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index("ix_dunning_hold_reason", "reason", postgresql_where=text("lifted_at IS NULL")),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class Deposit(db.Base):
    """Money that an account left with us, given back with `interest` when it leaves.

    `used` is what bills took of it after its last line was closed.
    """

    __tablename__ = "deposit"
    __table_args__ = (
        CheckConstraint("amount > 0 AND interest >= 0", name="amounts"),
        CheckConstraint("used >= 0 AND used <= amount", name="used"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    interest: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    used: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0), server_default="0")
    currency: Mapped[str] = mapped_column(Text)
    taken_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    effect_key: Mapped[str] = mapped_column(Text, unique=True)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def left(self) -> Money:
        """What of it is the customer's still."""
        return Money(self.amount - self.used, self.currency)


class DepositUse(db.Base):
    """What an invoice took of a deposit."""

    __tablename__ = "deposit_use"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposit.id"), index=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    at: Mapped[datetime]


class BadDebtKind(StrEnum):
    WRITTEN_OFF = "written_off"
    UNDONE = "undone"
    RECOVERED = "recovered"


class BadDebt(db.Base):
    """A movement of what we no longer expect of an invoice: more of it, or less of it again.

    The invoice's `written_off` is the sum of those written off less the others.
    """

    __tablename__ = "bad_debt"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_bad_debt_market", "market_code", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    kind: Mapped[BadDebtKind]
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class DisputeState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Dispute(db.Base):
    """Somebody says that a charge of an invoice is wrong, by `amount` with its tax.

    Decided once; `credited` is what the decision gave back, by the credit note named.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        Index("uq_dispute_open", "charge_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_dispute_queue", "opened_at", postgresql_where=text("state = 'open'")),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("credited >= 0 AND credited <= amount", name="credited"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charge.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    state: Mapped[DisputeState]
    credited: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    credit_note_id: Mapped[UUID | None] = mapped_column(ForeignKey("credit_note.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]

    invoice: Mapped[Invoice] = relationship()
    charge: Mapped[Charge] = relationship()

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def credited_money(self) -> Money:
        return Money(self.credited, self.currency)

    @property
    def is_open(self) -> bool:
        return self.state == DisputeState.OPEN


class RunState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


class BillRun(db.Base):
    """Billing every account of a market whose period ended by `day`, a day of the market.

    A market has at most one unfinished run. How far it is, is the sum of its batches.
    """

    __tablename__ = "bill_run"
    __table_args__ = (
        Index(
            "uq_bill_run_unfinished",
            "market_code",
            unique=True,
            postgresql_where=text("state IN ('planned', 'running', 'stopped', 'failed')"),
        ),
        Index("ix_bill_run_planned_at", "planned_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    day: Mapped[date]
    state: Mapped[RunState]
    accounts: Mapped[int] = mapped_column(default=0)
    planned_by: Mapped[str] = mapped_column(Text)
    planned_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(Text)

    @property
    def is_finished(self) -> bool:
        return self.state == RunState.DONE


class BillRunBatch(db.Base):
    """Some accounts of a run, billed in one transaction that also says so here."""

    __tablename__ = "bill_run_batch"
    __table_args__ = (
        Index("ix_bill_run_batch_run", "run_id"),
        Index("ix_bill_run_batch_waiting", "run_id", "id", postgresql_where=text("NOT done")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("bill_run.id", ondelete="CASCADE"))
    account_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    done: Mapped[bool] = mapped_column(default=False)
    issued: Mapped[int] = mapped_column(default=0)
    amount: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))


class BillRunFailure(db.Base):
    """An account that could not be billed in a run, and why; `resolved_at` once it was."""

    __tablename__ = "bill_run_failure"

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("bill_run.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    fault: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    failed_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class InvoicePaper(db.Base):
    """A PDF that was asked for; `edition` names the state of the invoice that it shows."""

    __tablename__ = "invoice_paper"

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    edition: Mapped[str] = mapped_column(Text)
    pdf: Mapped[bytes | None]
    asked_at: Mapped[datetime]
    built_at: Mapped[datetime | None]


class PlanChangeQuote(db.Base):
    """What a plan change would cost, as told to the customer; taken up at most once."""

    __tablename__ = "plan_change_quote"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    offer_version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    from_subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    credit: Mapped[Decimal] = mapped_column(db.Amount)
    charge: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    because: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    subscription_id: Mapped[UUID | None] = mapped_column(ForeignKey("subscription.id"))
