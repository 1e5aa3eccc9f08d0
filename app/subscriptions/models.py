"""What a customer has: lines with their SIMs, the plans and add-ons on them, and blocks.

Also what is to become of them: scheduled changes, requests that wait for a company's manager,
disconnections; what is in stock for new lines, and the orders that bring them to life.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    event,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Discount, Mode, OfferKind, OfferVersion, Service
from app.core import db
from app.core.ids import new_id
from app.core.secrets import Encrypted
from app.customers.models import Account, Customer, IdentityCheck


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
    puk: Mapped[str] = mapped_column(Encrypted("sim.puk"))
    status: Mapped[SimStatus]
    issued_at: Mapped[datetime]

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


class DiscountGrant(db.Base):
    """A promotion that an account took, for all its lines or one, in [starts_at, ends_at).

    `effect_key` makes a repeated command one grant.
    """

    __tablename__ = "discount_grant"
    __table_args__ = (Index("ix_discount_grant_account", "account_id", "discount_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    discount_id: Mapped[UUID] = mapped_column(ForeignKey("discount.id"), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    granted_by: Mapped[str] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)

    discount: Mapped[Discount] = relationship(lazy="joined")


class StockState(StrEnum):
    AVAILABLE = "available"
    RESERVED = "reserved"
    IN_USE = "in_use"
    QUARANTINED = "quarantined"
    PORTED_OUT = "ported_out"


class StockBatch(db.Base):
    """A delivery of cards or numbers that was taken in whole."""

    __tablename__ = "stock_batch"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    name: Mapped[str] = mapped_column(Text)
    holds: Mapped[str] = mapped_column(Text)  # "sim", "esim" or "number"
    count: Mapped[int]
    imported_by: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime]


class StockCard(db.Base):
    """A SIM card or eSIM profile that waits for a line, or is in one."""

    __tablename__ = "stock_card"
    __table_args__ = (
        Index(
            "ix_stock_card_available",
            "market_code",
            "form",
            "iccid",
            postgresql_where=text("state = 'available'"),
        ),
        Index("ix_stock_card_activation", "activation_id"),
    )

    iccid: Mapped[str] = mapped_column(Text, primary_key=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    form: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("stock_batch.id"))
    state: Mapped[StockState]
    activation_id: Mapped[UUID | None] = mapped_column(ForeignKey("activation.id"))
    changed_at: Mapped[datetime]


class StockNumber(db.Base):
    """A number of ours in E.164. After its line closed nobody gets it for a while."""

    __tablename__ = "stock_number"
    __table_args__ = (
        Index(
            "ix_stock_number_available",
            "market_code",
            "number",
            postgresql_where=text("state = 'available'"),
        ),
        Index(
            "ix_stock_number_quarantined",
            "quarantined_until",
            postgresql_where=text("state = 'quarantined'"),
        ),
        Index("ix_stock_number_activation", "activation_id"),
    )

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("stock_batch.id"))
    state: Mapped[StockState]
    activation_id: Mapped[UUID | None] = mapped_column(ForeignKey("activation.id"))
    quarantined_until: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class ActivationStatus(StrEnum):
    RECEIVED = "received"
    KYC_PENDING = "kyc_pending"
    KYC_REJECTED = "kyc_rejected"
    PROVISIONING = "provisioning"
    ACTIVE = "active"
    ESCALATED = "escalated"
    CANCELLED = "cancelled"


class Activation(db.Base):
    """An order for a new mobile line: from the papers to the network's word that it is on.

    `history` tells each step: {"status", "at", "note"}. `effect_key` makes a repeated command one
    order.
    """

    __tablename__ = "activation"
    __table_args__ = (
        Index("ix_activation_market", "market_code", "id"),
        Index("ix_activation_customer", "customer_id", "id"),
        Index("ix_activation_check", "check_id"),
        Index("ix_activation_line", "line_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    offer_version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    sim_form: Mapped[str] = mapped_column(Text)
    iccid: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    check_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity_check.id"))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    status: Mapped[ActivationStatus]
    reason: Mapped[str | None] = mapped_column(Text)
    history: Mapped[list[dict[str, Any]]]
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    customer: Mapped[Customer] = relationship()
    version: Mapped[OfferVersion] = relationship()
    check: Mapped[IdentityCheck | None] = relationship()
    line: Mapped[Line | None] = relationship()

    @property
    def is_moving(self) -> bool:
        """Whether it goes on by itself."""
        return self.status in _MOVING


_MOVING = frozenset(
    {ActivationStatus.RECEIVED, ActivationStatus.KYC_PENDING, ActivationStatus.PROVISIONING}
)


class ProfileState(StrEnum):
    """Where an eSIM profile is, in this order."""

    RELEASED = "released"
    DOWNLOADED = "downloaded"
    INSTALLED = "installed"
    ENABLED = "enabled"
    DELETED = "deleted"


class EsimProfile(db.Base):
    """What a phone needs to fetch the eSIM: whoever has the matching id can, so it is sealed."""

    __tablename__ = "esim_profile"

    iccid: Mapped[str] = mapped_column(ForeignKey("sim.iccid"), primary_key=True)
    smdp_address: Mapped[str] = mapped_column(Text)
    matching_id: Mapped[str] = mapped_column(Encrypted("esim_profile.matching_id"))
    state: Mapped[ProfileState]
    changed_at: Mapped[datetime]

    sim: Mapped[Sim] = relationship()

    @property
    def activation_code(self) -> str:
        """As GSMA SGP.22 writes it; a QR code holds the same text."""
        return f"LPA:1${self.smdp_address}${self.matching_id}"


class ChangeStatus(StrEnum):
    """FELL_BACK: it was due and could not be made, so the line keeps the plan it has."""

    PENDING = "pending"
    DONE = "done"
    CANCELLED = "cancelled"
    FELL_BACK = "fell_back"


class ScheduledChange(db.Base):
    """A change of plan that waits for its day; one at a time, and carried out once."""

    __tablename__ = "scheduled_change"
    __table_args__ = (
        Index(
            "uq_scheduled_change_pending",
            "line_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        Index("ix_scheduled_change_due", "due_at", postgresql_where=text("status = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    offer_version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    due_at: Mapped[datetime]
    status: Mapped[ChangeStatus]
    ordered_by: Mapped[str] = mapped_column(Text)
    refusal: Mapped[str | None] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    line: Mapped[Line] = relationship()
    version: Mapped[OfferVersion] = relationship(lazy="joined")


class FamilyMember(db.Base):
    """A line that draws from the allowances of another of the same account.

    `cap` is the most it may take of each data bucket, in bytes; None is as much as there is.
    """

    __tablename__ = "family_member"
    __table_args__ = (
        Index(
            "uq_family_member_in_one",
            "line_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        CheckConstraint("cap >= 0", name="cap"),
        CheckConstraint("line_id <> owner_line_id", name="not_its_own"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    cap: Mapped[int | None] = mapped_column(BigInteger)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    line: Mapped[Line] = relationship(foreign_keys=line_id)
    owner: Mapped[Line] = relationship(foreign_keys=owner_line_id)


class RequestStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"


class PlanRequest(db.Base):
    """A plan or add-on that an employee wants and a manager of the company must approve."""

    __tablename__ = "plan_request"
    __table_args__ = (
        Index(
            "ix_plan_request_pending",
            "expires_at",
            postgresql_where=text("status = 'pending'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    offer_version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    status: Mapped[RequestStatus]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)

    line: Mapped[Line] = relationship()
    requester: Mapped[Customer] = relationship(foreign_keys=requested_by)
    company: Mapped[Customer] = relationship(foreign_keys=company_id)
    version: Mapped[OfferVersion] = relationship(lazy="joined")


class Leaving(StrEnum):
    """Why a line is disconnected for good."""

    REQUEST = "request"
    INACTIVE = "inactive"
    FRAUD = "fraud"
    DEATH = "death"
    PORTED_OUT = "ported_out"
    DUNNING = "dunning"


class OrderStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    CANCELLED = "cancelled"


class Disconnection(db.Base):
    """The order to disconnect a line for good; may be taken back until it is carried out.

    `steps` are what was done, in order: [{"step": "final_bill", "at": …, …}]. `proof` refers to
    what an agent was shown, such as a death certificate.
    """

    __tablename__ = "disconnection"
    __table_args__ = (
        Index(
            "uq_disconnection_pending",
            "line_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        Index("ix_disconnection_due", "due_at", postgresql_where=text("status = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    reason: Mapped[Leaving]
    status: Mapped[OrderStatus]
    due_at: Mapped[datetime]
    ordered_by: Mapped[str] = mapped_column(Text)
    proof: Mapped[str | None] = mapped_column(Text)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cancelled_why: Mapped[str | None] = mapped_column(Text)

    line: Mapped[Line] = relationship()


class TransferStatus(StrEnum):
    """WAITING for the receiving side, then AGREED until its day has come."""

    WAITING = "waiting"
    AGREED = "agreed"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class LineTransfer(db.Base):
    """A line on its way to another account; one at a time, when both sides agree.

    `giver_proof` and `taker_proof` refer to what an agent was shown or told; without the second
    the receiving customer agreed by herself. Once done, `new_line_id` is the line it has become.
    """

    __tablename__ = "line_transfer"
    __table_args__ = (
        Index(
            "uq_line_transfer_pending",
            "line_id",
            unique=True,
            postgresql_where=text("status IN ('waiting', 'agreed')"),
        ),
        Index("ix_line_transfer_due", "day", postgresql_where=text("status = 'agreed'")),
        CheckConstraint("from_account_id <> to_account_id", name="another_account"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    new_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"), index=True)
    from_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    to_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    status: Mapped[TransferStatus]
    day: Mapped[date]
    giver_proof: Mapped[str] = mapped_column(Text)
    taker_proof: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    agreed_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(Text)

    line: Mapped[Line] = relationship(foreign_keys=line_id)
    from_account: Mapped[Account] = relationship(foreign_keys=from_account_id)
    to_account: Mapped[Account] = relationship(foreign_keys=to_account_id)

    @property
    def is_pending(self) -> bool:
        return self.status in {TransferStatus.WAITING, TransferStatus.AGREED}
