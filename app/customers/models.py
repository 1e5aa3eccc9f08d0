"""Customers, the accounts that pay, and the addresses that customers write from."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.markets.models import Market

# Without accents and in lower case, as words: what the search for a name looks through.
FOLDED_NAME = (
    "to_tsvector('simple', lower(translate(customer.name,"
    " 'ÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑáàâãäéèêëíìîïóòôõöúùûüçñ',"
    " 'AAAAAEEEEIIIIOOOOOUUUUCNaaaaaeeeeiiiiooooouuuucn')))"
)


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class Customer(db.Base):
    """A person or a company. `reference` is the number people say: C-000123.

    `parent_id` is the company of a department, or the company or department of an employee;
    who `is_manager` decides on requests from there and below.
    """

    __tablename__ = "customer"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[CustomerKind]
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"), index=True)
    region: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    segment: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"), index=True)
    is_manager: Mapped[bool] = mapped_column(default=False)
    deceased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    market: Mapped[Market] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index("uq_customer_email", text("lower(email)"), unique=True),
        Index(
            "ix_customer_name_words",
            text(FOLDED_NAME.replace("customer.", "")),
            postgresql_using="gin",
        ),
        Index(
            "ix_customer_email_start",
            literal_column("lower(email)"),
            postgresql_ops={"lower(email)": "text_pattern_ops"},
        ),
        Index("ix_customer_phone_start", "phone", postgresql_ops={"phone": "text_pattern_ops"}),
        Index(
            "ix_customer_phone_end",
            literal_column("reverse(phone)"),
            postgresql_ops={"reverse(phone)": "text_pattern_ops"},
        ),
    )

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.kind == CustomerKind.PERSON else self.name


class Account(db.Base):
    """Who pays. `billing_day` is the remembered anchor (1–31) of its monthly periods."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("billing_day BETWEEN 1 AND 31", name="billing_day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    currency: Mapped[str] = mapped_column(Text)
    billing_day: Mapped[int]
    created_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()
    market: Mapped[Market] = relationship()


class Address(db.Base):
    """Where a customer writes from in one channel: a phone number, a mail address, a user id."""

    __tablename__ = "customer_address"
    __table_args__ = (UniqueConstraint("channel", "value"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    channel: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    verified_at: Mapped[datetime | None]
