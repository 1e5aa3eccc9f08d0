"""Staff, their sessions, the sessions of customers and widgets, and the machines let in."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from app.core import db
from app.core.actor import Actor, Kind
from app.core.ids import new_id
from app.core.money import Money
from app.core.sealed import Sealed
from app.identity.permissions import API_SCOPES, permissions_of


class Team(db.Base):
    __tablename__ = "team"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)


class Staff(db.Base):
    """Somebody who works at the operator. `markets` empty means all of them.

    `custom_permissions` is what those of her roles give that an administrator put together.

    Who was invited has no password until she chooses one; who comes by the operator's sign-on
    needs none. `external_id` is what the operator's directory calls her.
    """

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    speaks: Mapped[list[str]]
    roles: Mapped[list[str]]
    custom_permissions: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    markets: Mapped[list[str]]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_secret_sealed: Mapped[bytes] = mapped_column("totp_secret", LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    external_id: Mapped[str | None] = mapped_column(Text, unique=True)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    totp_secret = Sealed[str]()

    @property
    def permissions(self) -> frozenset[str]:
        """What her roles give, those of an administrator's making too."""
        return permissions_of(self.roles, self.custom_permissions or ())

    def as_actor(self) -> Actor:
        return Actor(
            Kind.STAFF,
            self.id,
            self.name,
            self.permissions,
            frozenset(self.markets),
            self.language,
            frozenset(self.roles),
        )


class SessionKind(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"


class Session(db.Base):
    """A sign-in, kept here and nowhere else; the browser holds only its random token.

    `factors` are what it was opened by. From `high_risk_at` on it may rest for a shorter time.
    """

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_owner", "kind", "owner_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[SessionKind]
    owner_id: Mapped[UUID]
    created_at: Mapped[datetime]
    active_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    high_risk_at: Mapped[datetime | None]
    factors: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    device_id: Mapped[UUID | None]
    user_agent: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)

    # None for customers.
    staff: Mapped[Staff | None] = relationship(
        primaryjoin=lambda: foreign(Session.owner_id) == Staff.id, viewonly=True
    )


class SignInFailure(db.Base):
    """Failed sign-ins by account name, whether or not such an account exists; forgotten when there
    was none for a day."""

    __tablename__ = "sign_in_failure"

    name_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    count: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]


class ApiClient(db.Base):
    """A partner's machine. Its scopes are permissions; `markets` empty means all of them. With
    `redirect_uris` people may let it act in their name, and come back to one of these.

    Tokens issued before `rotated_at` no longer count.
    """

    __tablename__ = "api_client"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    secret_hash: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]]
    markets: Mapped[list[str]]
    redirect_uris: Mapped[list[str]] = mapped_column(default=list)
    per_minute: Mapped[int]
    created_at: Mapped[datetime]
    rotated_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    def as_actor(self) -> Actor:
        return Actor(
            Kind.CLIENT,
            self.id,
            self.name,
            frozenset(self.scopes) & API_SCOPES,
            frozenset(self.markets),
        )


class OneTimeCode(db.Base):
    """A code somebody was sent to prove that it is she. `to_send` is emptied when it has left.

    One that goes to nobody, because nobody has the address, never has a `to_send`.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index("ix_one_time_code_owner", "owner_id", "purpose", "issued_at"),
        Index("ix_one_time_code_address", "address", "purpose", "issued_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(Text)
    object_id: Mapped[UUID]
    code_hash: Mapped[str] = mapped_column(Text)
    to_send_sealed: Mapped[bytes | None] = mapped_column("to_send", LargeBinary)
    channel: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    to_send = Sealed[str | None]()


class Confirmation(db.Base):
    """Somebody proved once more who she is, for one action on one thing; used at most once."""

    __tablename__ = "confirmation"
    __table_args__ = (Index("ix_confirmation_session", "session_id", "action", "object_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.id"))
    action: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal | None] = mapped_column(db.Amount)
    currency: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApprovalStatus(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"


class ApprovalRequest(db.Base):
    """What one person wants to do and a second one must agree to. `facts` is all it takes."""

    __tablename__ = "approval_request"
    __table_args__ = (
        Index(
            "ix_approval_request_waiting", "expires_at", postgresql_where=text("status = 'waiting'")
        ),
        Index("ix_approval_request_object", "object_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    action: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]
    status: Mapped[ApprovalStatus]
    asked_by: Mapped[UUID]
    asked_by_name: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(Text)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
