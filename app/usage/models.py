"""Usage records, the buckets they draw from, prepaid balances and daily sums."""

from datetime import date, datetime, time
from decimal import Decimal
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
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    event,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, synonym

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.ids import new_id
from app.core.money import Money
from app.usage import charging_sql, months


class UsageRecord(db.Base):
    """One call, session or message, in the table of its month (`app.usage.months`).

    `identity` is the hash that makes a copy recognisable, and the key of a month's table: a copy
    has the same `started_at`, so it meets the first one in the same month. `charged` is in money
    what the allowances did not cover, in the line's currency. What was drawn from one bucket only
    is there, `units` of it; anything else that explains the charge is in `because`
    (`app.usage.outcome`).
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

    identity: Mapped[UUID] = mapped_column()
    started_at: Mapped[datetime] = mapped_column()
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

    # Of all months together; the key of a whole table would have to hold both.
    __mapper_args__ = {"primary_key": [identity, started_at]}


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
    per cent, that was announced. At the end of one that `throttles` the line is slowed down. One
    that is `watched` is an add-on's data: once it is over, somebody looks whether others are left.
    One with `networks` is for use abroad, where the visited network begins with one of these.
    """

    __tablename__ = "bucket"
    __table_args__ = (
        Index("ix_bucket_line", "line_id", "kind", "expires_at"),
        Index("ix_bucket_before", "before_id", postgresql_where=text("before_id IS NOT NULL")),
        Index("ix_bucket_watched", "expires_at", postgresql_where=text("watched")),
        UniqueConstraint("subscription_id", "kind", "name", "starts_at"),
        CheckConstraint("used >= 0", name="used"),
        # Room on every page for what all that are there use: no index is touched by it.
        {"postgresql_with": {"fillfactor": 50}},
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
    watched: Mapped[bool] = mapped_column(default=False, server_default=false())
    networks: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    told: Mapped[int] = mapped_column(SmallInteger, default=0)

    @property
    def size(self) -> int | None:
        """What there was to use in all; None is unlimited."""
        return None if self.granted is None else max(0, self.granted + self.carried)

    @property
    def left(self) -> int | None:
        return None if self.granted is None else max(0, self.granted + self.carried - self.used)


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
    """Sums per line, kind and day of the market's time zone.

    Written with the records, under the line's lock, so there is no foreign key either.
    """

    __tablename__ = "daily_usage"
    __table_args__ = ({"postgresql_with": {"fillfactor": 80}},)

    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[UsageKind] = mapped_column(primary_key=True)
    quantity: Mapped[int] = mapped_column(BigInteger)


class ChargingSession(db.Base):
    """A prepaid call or data session paid for while it goes on; `key` is the network's name.

    Its tariff is that of its beginning, kept as stretches (app/usage/tariffs.py): each from `ats`
    units on, the last of them known until `known_until`, or without end; without a price there is
    nothing beyond the buckets. Without `allowance` no bucket for home counts for it. A call that is
    one with others began at `priced_from`, and these lasted `before` seconds. `used` units were
    reported, `drawn` by bucket, the spans `open` by none; these cost `due`, and `paid` is what the
    credit could bear of it. What is held is already out of buckets and balance and comes back when
    it was not used. One that went silent ended when it was last heard of.
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
        # Room for what the next request changes, which no index follows.
        {"postgresql_with": {"fillfactor": 50}},
    )

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    # No foreign key: the function that writes here holds the line's lock.
    line_id: Mapped[UUID]
    kind: Mapped[UsageKind]
    other_party: Mapped[str | None] = mapped_column(Text)
    # No foreign key: every session of a plan would lock the same row.
    offer_version_id: Mapped[UUID]
    network: Mapped[str | None] = mapped_column(Text)  # the visited one, abroad
    ats: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    prices: Mapped[list[Decimal | None]] = mapped_column(ARRAY(Numeric))
    pers: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    minima: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    increments: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    known_until: Mapped[int | None] = mapped_column(BigInteger)
    connect: Mapped[Decimal] = mapped_column(Numeric)
    free_below: Mapped[int] = mapped_column(BigInteger)
    priced_from: Mapped[datetime]
    before: Mapped[int] = mapped_column(BigInteger)
    allowance: Mapped[bool]
    currency: Mapped[str] = mapped_column(Text)
    exponent: Mapped[int]
    half_even: Mapped[bool]
    bucket_order: Mapped[list[str]] = mapped_column(ARRAY(Text))
    opened_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    used: Mapped[int] = mapped_column(BigInteger)
    open_since: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    open_until: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    due: Mapped[Decimal] = mapped_column(db.Amount)
    paid: Mapped[Decimal] = mapped_column(db.Amount)
    drawn_buckets: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    drawn_units: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
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


class ArrivalNote(db.Base):
    """What one delivery stores, as hashes of names: for others at the same time (`arrivals`).

    `written_by` is its transaction. After a crash of the database there is none under way.
    """

    __tablename__ = "arrival_note"
    __table_args__ = (
        Index("ix_arrival_note_written_by", "written_by"),
        {"prefixes": ["UNLOGGED"]},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    written_by: Mapped[int] = mapped_column(BigInteger)
    written_at: Mapped[datetime]
    month: Mapped[date]
    names: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


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


for _function in charging_sql.FUNCTIONS:
    _ddl = DDL(_function.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(db.Base.metadata, "after_create", _ddl)
