"""Staff, their sessions, the sessions of customers and widgets, and the machines let in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.actor import Actor, Kind
from app.core.ids import new_id
from app.core.secrets import Encrypted
from app.identity.permissions import API_SCOPES, permissions_of


class Team(db.Base):
    __tablename__ = "team"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)


class Staff(db.Base):
    """Somebody who works at the operator. `markets` empty means all of them."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    speaks: Mapped[list[str]]
    roles: Mapped[list[str]]
    markets: Mapped[list[str]]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    password_hash: Mapped[str] = mapped_column(Text)
    totp_secret: Mapped[str] = mapped_column(Encrypted("staff.totp_secret"))
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    def as_actor(self) -> Actor:
        return Actor(
            Kind.STAFF,
            self.id,
            self.name,
            permissions_of(self.roles),
            frozenset(self.markets),
            self.language,
            frozenset(self.roles),
        )


class SessionKind(StrEnum):
    STAFF = "staff"
    CUSTOMER = "customer"


class Session(db.Base):
    """A sign-in, kept here and nowhere else; the browser holds only its random token."""

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
    user_agent: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)


class SignInFailure(db.Base):
    """Failed sign-ins by account name, whether or not such an account exists."""

    __tablename__ = "sign_in_failure"

    name_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    count: Mapped[int]
    locked_until: Mapped[datetime | None]


class ApiClient(db.Base):
    """A partner's machine. Its scopes are permissions; `markets` empty means all of them.

    Tokens issued before `rotated_at` no longer count.
    """

    __tablename__ = "api_client"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    client_id: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    secret_hash: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]]
    markets: Mapped[list[str]]
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
    """A code somebody was sent to prove that it is she. `to_send` is emptied when it has left."""

    __tablename__ = "one_time_code"
    __table_args__ = (Index("ix_one_time_code_owner", "owner_id", "purpose", "issued_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(Text)
    object_id: Mapped[UUID]
    code_hash: Mapped[str] = mapped_column(Text)
    to_send: Mapped[str | None] = mapped_column(Encrypted("one_time_code.to_send"))
    channel: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
