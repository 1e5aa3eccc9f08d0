"""Usage records, the buckets they draw from, prepaid balances and daily sums."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.ids import new_id
from app.core.money import Money
from app.usage import months


class UsageRecord(db.Base):
    """One call, session or message, in the table of its month (`app.usage.months`).

    `identity` is the hash that makes a copy recognisable. A copy has the same `started_at`, so it
    meets the first one in the key of the same month. `charged` is in money what the allowances
    did not cover, in the line's currency. What was drawn from one bucket only is there, `units`
    of it; anything else that explains the charge is in `because` (`app.usage.outcome`).
    Whoever writes holds the line's lock, so there is no foreign key to check for every record.
    """

    __tablename__ = "usage_record"
    __table_args__ = (
        Index("ix_usage_record_line", "line_id", "started_at"),
        Index(
            "ix_usage_record_charged",
            "line_id",
            "started_at",
            postgresql_where=text("charged > 0"),
        ),
        CheckConstraint("quantity >= 0", name="quantity"),
        {"postgresql_partition_by": "RANGE (started_at)"},
    )

    identity: Mapped[UUID] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(primary_key=True)
    line_id: Mapped[UUID]
    kind: Mapped[UsageKind]
    ended_at: Mapped[datetime | None]
    quantity: Mapped[int] = mapped_column(BigInteger)
    other_party: Mapped[str | None] = mapped_column(Text)
    abroad: Mapped[dict[str, Any] | None]
    charged: Mapped[Decimal] = mapped_column(db.Amount)
    bucket_id: Mapped[UUID | None]
    units: Mapped[int | None] = mapped_column(BigInteger)
    because: Mapped[dict[str, Any] | None]
    received_at: Mapped[datetime]

    id = synonym("identity")


_schema = DDL(months.SCHEMA)  # type: ignore[no-untyped-call]
event.listen(UsageRecord.__table__, "before_create", _schema)


@event.listens_for(UsageRecord.__table__, "after_create")
def _make_months(_table: Any, connection: Any, **_more: Any) -> None:
    months.make(connection, months.around(clock.now()))


class Bucket(db.Base):
    """An allowance granted for a period [starts_at, expires_at). `granted` None is unlimited.

    `name` tells several of one kind apart, such as night units, which hold in [since, until) of
    each day. `carried` is what the bucket before (`before_id`) left to it: units rolled over,
    between `least_carried` and `most_carried`, or a debt. `told` is the highest threshold, in
    per cent, that was announced. At the end of one that `throttles` the line is slowed down.
    """

    __tablename__ = "bucket"
    __table_args__ = (
        Index("ix_bucket_line", "line_id", "kind", "expires_at"),
        Index("ix_bucket_before", "before_id", postgresql_where=text("before_id IS NOT NULL")),
        UniqueConstraint("subscription_id", "kind", "name", "starts_at"),
        CheckConstraint("used >= 0", name="used"),
        # Room on every page for what is used: no index is touched by it.
        {"postgresql_with": {"fillfactor": 70}},
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
    name: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[time | None]
    until: Mapped[time | None]
    before_id: Mapped[UUID | None] = mapped_column(ForeignKey("bucket.id"))
    carried: Mapped[int] = mapped_column(BigInteger, default=0)
    least_carried: Mapped[int] = mapped_column(BigInteger, default=0)
    most_carried: Mapped[int] = mapped_column(BigInteger, default=0)
    overdraws: Mapped[bool] = mapped_column(default=False)
    throttles: Mapped[bool] = mapped_column(default=False)
    told: Mapped[int] = mapped_column(SmallInteger, default=0)

    @property
    def size(self) -> int | None:
        """What there was to use in all; None is unlimited."""
        return None if self.granted is None else max(0, self.granted + self.carried)

    @property
    def left(self) -> int | None:
        return None if self.granted is None else max(0, self.granted + self.carried - self.used)


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
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    effect_key: Mapped[str] = mapped_column(Text)


class DailyUsage(db.Base):
    """Sums per line, kind and day of the market's time zone.

    Written with the records, under the line's lock, so there is no foreign key either.
    """

    __tablename__ = "daily_usage"
    __table_args__ = ({"postgresql_with": {"fillfactor": 80}},)

    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[UsageKind] = mapped_column(primary_key=True)
    quantity: Mapped[int] = mapped_column(BigInteger)


class ClosedUsage(db.Base):
    """How far an account's usage is on closed bills.

    What began before `until` and was received by `closed_at` is billed: its rating stays.
    """

    __tablename__ = "closed_usage"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    until: Mapped[datetime]
    closed_at: Mapped[datetime]


class ExchangeRate(db.Base):
    """`rate` units of `home` for one of `currency` on a day, for charges of visited networks."""

    __tablename__ = "exchange_rate"
    __table_args__ = (CheckConstraint("rate > 0", name="rate"),)

    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    home: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    rate: Mapped[Decimal] = mapped_column(db.Rate)
