"""Customers, the accounts that pay, addresses that customers write from, who they are, and what
they are told."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.core.secrets import sealed, unsealed
from app.customers.papers import PaperKind
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

    Who wants a `second_factor` is sent a code whenever she signs in with her password.
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
    second_factor: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
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


class CheckStatus(StrEnum):
    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"


class IdentityCheck(db.Base):
    """A paper a customer showed, and what the identity service says of it.

    The number is sealed to this row; only `last_four` may be shown without the right to see it.
    `rejections` counts the noes of the service, `failures` the times it did not answer.
    """

    __tablename__ = "identity_check"
    __table_args__ = (
        Index("ix_identity_check_due", "due_at", postgresql_where=text("status = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    paper: Mapped[PaperKind]
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_four: Mapped[str] = mapped_column(Text)
    status: Mapped[CheckStatus]
    rejections: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship()
    documents: Mapped[list["IdentityDocument"]] = relationship(order_by="IdentityDocument.id")

    @property
    def number(self) -> str:
        return unsealed(self.number_sealed, f"identity_check.number:{self.id}").decode()

    @number.setter
    def number(self, value: str) -> None:
        self.number_sealed = sealed(value.encode(), f"identity_check.number:{self.id}")
        self.last_four = value[-4:]


class IdentityDocument(db.Base):
    """A picture or PDF of the paper, sealed to this row."""

    __tablename__ = "identity_document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    check_id: Mapped[UUID] = mapped_column(ForeignKey("identity_check.id"), index=True)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]

    @property
    def content(self) -> bytes:
        return unsealed(self.content_sealed, f"identity_document.content:{self.id}")

    @content.setter
    def content(self, value: bytes) -> None:
        self.content_sealed = sealed(value, f"identity_document.content:{self.id}")
        self.size = len(value)


class NoticeStatus(StrEnum):
    QUEUED = "queued"
    LEAVING = "leaving"  # a channel has taken it on
    SENT = "sent"
    FAILED = "failed"


class Notice(db.Base):
    """Something a customer is told by SMS or e-mail; a row until a channel has sent it.

    `kind` is a key of notice_kinds.KINDS, `facts` fill in its words.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("effect_key", "channel"),
        Index("ix_notice_customer", "customer_id", "id"),
        Index("ix_notice_queued", "id", postgresql_where=text("status = 'queued'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    channel: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]
    language: Mapped[str] = mapped_column(Text)
    status: Mapped[NoticeStatus]
    effect_key: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
