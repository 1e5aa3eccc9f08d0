"""Usage records, the buckets they draw from, prepaid balances and daily sums."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.models import UsageKind
from app.core import db
from app.core.ids import new_id
from app.core.money import Money
from app.usage import charging_sql


class UsageRecord(db.Base):
    """One call, session or message. `identity` is the hash that makes a copy recognisable.

    `charged` is in money what the allowances did not cover, in the line's currency.
    """

    __tablename__ = "usage_record"
    __table_args__ = (
        UniqueConstraint("identity"),
        Index("ix_usage_record_line", "line_id", "started_at"),
        Index(
            "ix_usage_record_charged",
            "line_id",
            "started_at",
            postgresql_where=text("charged > 0"),
        ),
        CheckConstraint("quantity >= 0", name="quantity"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    identity: Mapped[str] = mapped_column(Text)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"))
    kind: Mapped[UsageKind]
    started_at: Mapped[datetime]
    quantity: Mapped[int] = mapped_column(BigInteger)
    other_party: Mapped[str | None] = mapped_column(Text)
    charged: Mapped[Decimal] = mapped_column(db.Amount)
    received_at: Mapped[datetime]


class Bucket(db.Base):
    """An allowance granted for a period [starts_at, expires_at). `granted` None is unlimited."""

    __tablename__ = "bucket"
    __table_args__ = (
        Index("ix_bucket_line", "line_id", "kind", "expires_at"),
        UniqueConstraint("subscription_id", "kind", "starts_at"),
        CheckConstraint("used >= 0", name="used"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"))
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    kind: Mapped[UsageKind]
    granted: Mapped[int | None] = mapped_column(BigInteger)
    used: Mapped[int] = mapped_column(BigInteger, default=0)
    priority: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    @property
    def left(self) -> int | None:
        return None if self.granted is None else max(0, self.granted - self.used)


class BucketShare(db.Base):
    """How much of a shared bucket one member of the family has taken."""

    __tablename__ = "bucket_share"
    __table_args__ = (CheckConstraint("taken >= 0", name="taken"),)

    bucket_id: Mapped[UUID] = mapped_column(ForeignKey("bucket.id"), primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), primary_key=True)
    taken: Mapped[int] = mapped_column(BigInteger)


class Balance(db.Base):
    """Prepaid credit of a line. Never below zero, the database says so too.

    `paid_until` is the end of the period that the plan is paid for.
    """

    __tablename__ = "balance"
    __table_args__ = (CheckConstraint("amount >= 0", name="never_below_zero"),)

    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), primary_key=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime | None]
    paid_until: Mapped[datetime | None] = mapped_column(index=True)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class BalanceMovement(db.Base):
    """Every change of a balance; `effect_key` makes a repeated command one movement."""

    __tablename__ = "balance_movement"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        Index("ix_balance_movement_line", "line_id", "at"),
        Index("ix_balance_movement_at", "at", postgresql_using="brin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    effect_key: Mapped[str] = mapped_column(Text)


class DailyUsage(db.Base):
    """Sums per line, kind and day of the market's time zone."""

    __tablename__ = "daily_usage"

    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[UsageKind] = mapped_column(primary_key=True)
    quantity: Mapped[int] = mapped_column(BigInteger)


class ChargingSession(db.Base):
    """A prepaid call or data session paid for while it goes on; `key` is the network's name.

    Its price is that of its beginning. `used` units were reported, of which allowances did not
    cover `uncovered`; these cost `due`, and `paid` is what the credit could bear of it. What is
    held is already out of buckets and balance and comes back when it was not used.
    """

    __tablename__ = "charging_session"
    __table_args__ = (
        Index("ix_charging_session_line", "line_id", "opened_at"),
        # Not by `valid_until`, which every request moves: no index should follow it.
        Index(
            "ix_charging_session_open",
            "opened_at",
            postgresql_where=text("closed_at IS NULL"),
        ),
        CheckConstraint("used >= 0 AND paid >= 0 AND paid <= due", name="amounts"),
    )

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"))
    kind: Mapped[UsageKind]
    other_party: Mapped[str | None] = mapped_column(Text)
    # No foreign key: every session of a plan would lock the same row.
    offer_version_id: Mapped[UUID]
    per: Mapped[int] = mapped_column(BigInteger)
    price: Mapped[Decimal | None] = mapped_column(db.Rate)
    minimum: Mapped[int] = mapped_column(BigInteger)
    increment: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)
    exponent: Mapped[int]
    half_even: Mapped[bool]
    bucket_order: Mapped[list[str]] = mapped_column(ARRAY(Text))
    opened_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    used: Mapped[int] = mapped_column(BigInteger)
    uncovered: Mapped[int] = mapped_column(BigInteger)
    due: Mapped[Decimal] = mapped_column(db.Amount)
    paid: Mapped[Decimal] = mapped_column(db.Amount)
    held_buckets: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    held_units: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    held_money: Mapped[Decimal] = mapped_column(db.Amount)
    closed_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(Text)  # "release" or "expire"


class ChargingRequest(db.Base):
    """One request of a session and its answer: the same number again gets the same answer."""

    __tablename__ = "charging_request"

    # No foreign key: only the function writes here, and the session in the same breath.
    session_key: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(Text)
    used: Mapped[int] = mapped_column(BigInteger)
    wanted: Mapped[int] = mapped_column(BigInteger)
    granted: Mapped[int] = mapped_column(BigInteger)
    final: Mapped[bool]
    paid: Mapped[Decimal] = mapped_column(db.Amount)
    balance: Mapped[Decimal] = mapped_column(db.Amount)
    at: Mapped[datetime]


for _function in charging_sql.FUNCTIONS:
    _ddl = DDL(_function.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(db.Base.metadata, "after_create", _ddl)
