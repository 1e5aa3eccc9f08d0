"""The books: entries whose legs sum to zero, kept for ever as they were written."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import DDL, BigInteger, ForeignKey, Identity, Index, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.core.money import Money


class Book(StrEnum):
    """The ledger's accounts. Debits are positive, credits negative."""

    RECEIVABLE = "receivable"  # what customers owe, by account
    CASH = "cash"  # at a provider: a gateway, the bank
    REVENUE = "revenue"
    TAX = "tax"  # owed to the state
    CUSTOMER_CREDIT = "customer_credit"  # owed to customers, by account
    PREPAID = "prepaid"  # balances of prepaid lines, by account
    DEPOSITS = "deposits"  # held for customers until they leave, by account
    INTEREST = "interest"  # on deposits that were given back late
    REFUNDS = "refunds"  # promised back, not yet confirmed by the provider
    UNALLOCATED = "unallocated"  # money of which we do not know what for
    CHARGEBACKS = "chargebacks"  # taken back by banks and covered by nobody
    VOUCHERS = "vouchers"  # owed by the shops that sold them
    PROMOTIONS = "promotions"  # credit given away
    BAD_DEBT = "bad_debt"  # written off, less what was undone
    RECOVERIES = "recoveries"  # paid after it was written off


class LedgerEntry(db.Base):
    """One thing that happened, once: `key` names it. `source_id` is the row it records."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_source", "kind", "source_id"),
        Index("ix_ledger_entry_at", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    source_id: Mapped[UUID]
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    at: Mapped[datetime]
    posted_at: Mapped[datetime]

    legs: Mapped[list["LedgerLeg"]] = relationship(order_by="LedgerLeg.position", viewonly=True)


class LedgerLeg(db.Base):
    """Of an entry: all of one currency sum to zero, which the database checks at the commit."""

    __tablename__ = "ledger_leg"
    __table_args__ = (Index("ix_ledger_leg_account", "account_id", "book"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[Book]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    provider: Mapped[str | None] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class LedgerSum(db.Base):
    """A part of what a book holds in a market; all its parts sum to what its legs sum to.

    The database adds one for each book that a statement writes to, in its transaction, so that
    nobody waits for somebody else's commit; `core.sums.gather` makes one part of many.
    """

    __tablename__ = "ledger_sum"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    market_code: Mapped[str] = mapped_column(Text)
    book: Mapped[Book]
    provider: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(db.Sum)


class Difference(db.Base):
    """What a proof found: the books say one thing, the rows they record another.

    `what` is receivable, customer_credit, prepaid, deposits, unallocated or unbalanced; or `sums`
    with a book (and provider) whose running sum is not what its legs sum to.
    """

    __tablename__ = "ledger_difference"
    __table_args__ = (
        Index(
            "uq_ledger_difference_open",
            "what",
            text("coalesce(account_id::text, '')"),
            text("coalesce(market_code, '')"),
            "currency",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    what: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    market_code: Mapped[str | None] = mapped_column(ForeignKey("market.code"))
    currency: Mapped[str] = mapped_column(Text)
    in_ledger: Mapped[Decimal] = mapped_column(db.Amount)
    in_rows: Mapped[Decimal] = mapped_column(db.Amount)
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]

    @property
    def ledger_money(self) -> Money:
        return Money(self.in_ledger, self.currency)

    @property
    def rows_money(self) -> Money:
        return Money(self.in_rows, self.currency)


class Proof(db.Base):
    """One nightly proof, and how many differences it found."""

    __tablename__ = "ledger_proof"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    differences: Mapped[int]


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


SUMMED = """
CREATE FUNCTION ledger_leg_is_summed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_sum (market_code, book, provider, currency, amount)
    SELECT (SELECT market_code FROM ledger_entry WHERE id = fresh.entry_id) AS market,
        book, provider, currency, sum(amount)
    FROM fresh GROUP BY market, book, provider, currency;
    RETURN NULL;
END $$;
CREATE TRIGGER summed AFTER INSERT ON ledger_leg REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_leg_is_summed();
"""


def _after_create(table: object, statements: str) -> None:
    ddl = DDL(statements.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(table, "after_create", ddl)


_after_create(LedgerEntry.__table__, APPEND_ONLY)
_after_create(LedgerLeg.__table__, BALANCED)
_after_create(LedgerLeg.__table__, SUMMED)
