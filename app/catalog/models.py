"""What the operator sells: offers, their versions with prices, and what each version allows."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.core.money import Money


class Service(StrEnum):
    MOBILE = "mobile"
    FIBRE = "fibre"
    TV = "tv"


class Mode(StrEnum):
    PREPAID = "prepaid"
    POSTPAID = "postpaid"


class OfferKind(StrEnum):
    PLAN = "plan"
    ADD_ON = "add_on"


class DiscountKind(StrEnum):
    """What a discount depends on: parts held together, money, months, lines, or a code."""

    BUNDLE = "bundle"
    VOLUME = "volume"
    TENURE = "tenure"
    MULTI_LINE = "multi_line"
    PROMOTION = "promotion"


class UsageKind(StrEnum):
    """Measured in bytes, seconds and messages."""

    DATA = "data"
    VOICE = "voice"
    SMS = "sms"


class Offer(db.Base):
    """A plan or add-on under one name in one market, e.g. plus-20gb in MX, postpaid."""

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("market_code", "code", "mode"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[OfferKind]
    service: Mapped[Service]
    mode: Mapped[Mode]
    withdrawn_at: Mapped[datetime | None]

    versions: Mapped[list["OfferVersion"]] = relationship(
        back_populates="offer", order_by="OfferVersion.number"
    )


class OfferVersion(db.Base):
    """A price that never changes; a new price is a new version.

    `price` is per month (postpaid) or per `validity_days` (prepaid), tax as the market says.
    `shared_with` is how many other lines of the account may draw from its allowances.
    `rates` are prices per unit beyond the allowances: {"data": "0.05 per MB", …} as
    {"data": {"per": 1048576, "price": "0.05"}, "voice": {"per": 60, "price": "0.60"}, …}.
    `conditions` are who may have it, as `eligibility.Conditions` are stored.
    """

    __tablename__ = "offer_version"
    __table_args__ = (
        UniqueConstraint("offer_id", "number"),
        CheckConstraint("price >= 0", name="price"),
        Index("ix_offer_version_current", "offer_id", "valid_from"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    number: Mapped[int]
    price: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    validity_days: Mapped[int | None]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    shared_with: Mapped[int] = mapped_column(default=0)
    rates: Mapped[dict[str, Any]]
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)

    offer: Mapped[Offer] = relationship(back_populates="versions", lazy="joined")
    allowances: Mapped[list["Allowance"]] = relationship(lazy="selectin")

    @property
    def price_money(self) -> Money:
        return Money(self.price, self.currency)


class Allowance(db.Base):
    """What a version includes of one kind per period. `quantity` None is unlimited."""

    __tablename__ = "allowance"
    __table_args__ = (UniqueConstraint("offer_version_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    offer_version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    kind: Mapped[UsageKind]
    quantity: Mapped[int | None] = mapped_column(BigInteger)


class OfferDraft(db.Base):
    """A version being prepared: nobody sees it but who prepares it, until it is published.

    One for each offer; `allowances` are {kind: quantity or None for unlimited}.
    """

    __tablename__ = "offer_draft"
    __table_args__ = (UniqueConstraint("market_code", "code", "mode"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[OfferKind]
    service: Mapped[Service]
    mode: Mapped[Mode]
    price: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    validity_days: Mapped[int | None]
    valid_from: Mapped[datetime | None]
    allowances: Mapped[dict[str, Any]]
    rates: Mapped[dict[str, Any]]
    conditions: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(Text)

    @property
    def price_money(self) -> Money:
        return Money(self.price, self.currency)


class Discount(db.Base):
    """A discount of a market as offered in [valid_from, valid_until); its terms never change.

    Other terms under the same code are a new row. `terms` and `conditions` as `discounts.Terms`
    and `eligibility.Conditions` are stored. A promotion is granted by its code, for `months`
    (for good when None); the others apply to whoever fulfils them.
    """

    __tablename__ = "discount"
    __table_args__ = (
        UniqueConstraint("market_code", "code", "valid_from"),
        CheckConstraint("redeemed <= total_limit", name="total_limit"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[DiscountKind]
    terms: Mapped[dict[str, Any]]
    conditions: Mapped[dict[str, Any]]
    stackable: Mapped[bool]
    priority: Mapped[int]
    months: Mapped[int | None]
    total_limit: Mapped[int | None]
    account_limit: Mapped[int | None]
    redeemed: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    made_at: Mapped[datetime]
