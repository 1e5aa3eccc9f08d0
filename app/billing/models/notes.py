"""What changes how much is owed of a closed invoice, and money that an account has with us."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Text, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.models.invoices import Invoice
from app.core import db
from app.core.ids import new_id


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
