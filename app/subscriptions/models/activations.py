"""Orders that bring new lines to life, and the eSIMs that come with them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import OfferVersion
from app.core import db
from app.core.ids import new_id
from app.core.sealed import Sealed
from app.customers.models import Account, Customer, IdentityCheck
from app.subscriptions.models.lines import Line, Sim


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
    matching_id_sealed: Mapped[bytes] = mapped_column("matching_id", LargeBinary)
    state: Mapped[ProfileState]
    changed_at: Mapped[datetime]

    matching_id = Sealed[str](key="iccid")
    sim: Mapped[Sim] = relationship()

    @property
    def activation_code(self) -> str:
        """As GSMA SGP.22 writes it; a QR code holds the same text."""
        return f"LPA:1${self.smdp_address}${self.matching_id}"
