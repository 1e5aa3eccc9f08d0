"""Lines with their SIMs, the plans and add-ons on them, and blocks."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import DDL, ForeignKey, Index, LargeBinary, Text, event, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Mode, OfferKind, OfferVersion, Service
from app.core import db
from app.core.ids import new_id
from app.core.sealed import Sealed
from app.customers.models import Account, Customer


class LineStatus(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    CLOSED = "closed"


class Line(db.Base):
    """A service of one customer: a mobile number, a fibre access, a TV box.

    `number` is the MSISDN in E.164 for mobile, the access number otherwise. `customer_id` uses
    it, the account pays: in a company they differ, and `cost_centre` says on whose costs it is.
    """

    __tablename__ = "line"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    service: Mapped[Service]
    mode: Mapped[Mode]
    number: Mapped[str] = mapped_column(Text)
    status: Mapped[LineStatus]
    activated_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None] = mapped_column(Text)
    cost_centre: Mapped[str | None] = mapped_column(Text)
    contract_until: Mapped[date | None]
    sim_changed_at: Mapped[datetime | None]
    owner_changed_at: Mapped[datetime | None]
    # The line that this one was on another account.
    came_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"), index=True)
    created_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_line_number_in_use",
            "number",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_line_number_end",
            literal_column("reverse(number)"),
            postgresql_ops={"reverse(number)": "text_pattern_ops"},
        ),
    )

    account: Mapped[Account] = relationship()
    customer: Mapped[Customer] = relationship()
    sims: Mapped[list["Sim"]] = relationship(back_populates="line")
    subscriptions: Mapped[list["Subscription"]] = relationship(
        back_populates="line", order_by="Subscription.starts_at"
    )
    blocks: Mapped[list["Block"]] = relationship(back_populates="line", order_by="Block.placed_at")


class SimStatus(StrEnum):
    ACTIVE = "active"
    REPLACED = "replaced"
    BLOCKED = "blocked"


class Sim(db.Base):
    __tablename__ = "sim"

    iccid: Mapped[str] = mapped_column(Text, primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    form: Mapped[str] = mapped_column(Text)  # "sim" or "esim"
    imsi: Mapped[str] = mapped_column(Text)
    puk_sealed: Mapped[bytes] = mapped_column("puk", LargeBinary)
    status: Mapped[SimStatus]
    issued_at: Mapped[datetime]

    puk = Sealed[str](key="iccid")
    line: Mapped[Line] = relationship(back_populates="sims")


class Subscription(db.Base):
    """A plan or add-on on a line from `starts_at` until `ends_at` (open when None), half-open.

    `effect_key` makes a repeated command one subscription.
    """

    __tablename__ = "subscription"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    offer_version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    kind: Mapped[OfferKind]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    effect_key: Mapped[str | None] = mapped_column(Text, unique=True)

    __table_args__ = (
        Index(
            "uq_subscription_one_plan",
            "line_id",
            unique=True,
            postgresql_where=text("kind = 'plan' AND ends_at IS NULL"),
        ),
        Index(
            "ix_subscription_in_use",
            "offer_version_id",
            postgresql_where=text("ends_at IS NULL"),
        ),
    )

    line: Mapped[Line] = relationship(back_populates="subscriptions")
    version: Mapped[OfferVersion] = relationship(lazy="joined")


# The plans of a line never overlap in time. An equality in an exclusion constraint would need the
# extension btree_gist; a range of one id needs nothing and is compared just as well.
ONE_PLAN_AT_A_TIME = """
CREATE TYPE uuidrange AS RANGE (subtype = uuid);
ALTER TABLE subscription ADD CONSTRAINT ex_subscription_one_plan_at_a_time EXCLUDE USING gist (
    uuidrange(line_id, line_id, '[]') WITH &&,
    tstzrange(starts_at, ends_at) WITH &&
) WHERE (kind = 'plan');
"""
_one_plan = DDL(ONE_PLAN_AT_A_TIME)  # type: ignore[no-untyped-call]
event.listen(Subscription.__table__, "after_create", _one_plan)


class BlockEffect(StrEnum):
    """From weakest to strongest; the strongest block in force wins."""

    THROTTLE = "throttle"
    OUTGOING = "outgoing"
    ALL = "all"


class Block(db.Base):
    """Why a line is restricted. Lifting one reason leaves the others."""

    __tablename__ = "block"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    effect: Mapped[BlockEffect]
    placed_at: Mapped[datetime]
    placed_by: Mapped[str] = mapped_column(Text, default="Dialtone")
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index(
            "uq_block_reason_in_force",
            "line_id",
            "reason",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    line: Mapped[Line] = relationship(back_populates="blocks")
