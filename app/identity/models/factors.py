"""What proves who somebody is, beside a password: passkeys and recovery codes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.identity.models.people import SessionKind


class Passkey(db.Base):
    """A key pair whose private half never leaves somebody's device. `sign_count` only grows."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_owner", "kind", "owner_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[SessionKind]
    owner_id: Mapped[UUID]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]]
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PasskeyChallenge(db.Base):
    """Asked of one browser for one purpose, answered at most once, within minutes.

    `bound_to` is the session, or the attempt to sign in, that it was asked in.
    """

    __tablename__ = "passkey_challenge"
    __table_args__ = (Index("ix_passkey_challenge_expires_at", "expires_at"),)

    challenge: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str] = mapped_column(Text)
    kind: Mapped[SessionKind]
    owner_id: Mapped[UUID | None]
    bound_to: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(db.Base):
    """One of ten that stand in for a lost second factor, each once. Only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        Index("ix_recovery_code_unused", "staff_id", postgresql_where=text("used_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    code_hash: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
