"""Ways in: links that are sent, the operator's own sign-on, and the devices that came before."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.sealed import Sealed
from app.identity.models.people import SessionKind


class LinkPurpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class EntryLink(db.Base):
    """A link of 256 bits that lets somebody choose a password, once. Only its hash is kept.

    One that was asked for an address that is nobody's has no owner, and is right for nobody.
    """

    __tablename__ = "entry_link"
    __table_args__ = (Index("ix_entry_link_owner", "owner_id", "purpose"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[LinkPurpose]
    kind: Mapped[SessionKind]
    owner_id: Mapped[UUID | None]
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Letter(db.Base):
    """What somebody is told by mail about signing in. The text is emptied when it has left."""

    __tablename__ = "identity_letter"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    address: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    text_sealed: Mapped[bytes | None] = mapped_column("text", LargeBinary)
    written_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    text = Sealed[str | None]()


class KnownDevice(db.Base):
    """A browser that somebody signed in with before, known by a random token in its cookie."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("kind", "owner_id", "token_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[SessionKind]
    owner_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(Text)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]


class ProviderIdentity(db.Base):
    """Whom the operator's sign-on knows by (issuer, subject). Never by an e-mail address."""

    __tablename__ = "provider_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    linked_at: Mapped[datetime]


class SignOnAttempt(db.Base):
    """Somebody sent to the sign-on who has yet to come back: once, in the browser that left.

    `staff_id` is who wants to be linked: signed in, or invited by `link_id`. `answer` is what her
    provider posted, where it posts, until she is back.
    """

    __tablename__ = "sign_on_attempt"
    __table_args__ = (Index("ix_sign_on_attempt_expires_at", "expires_at"),)

    state_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    bound_to: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(Text)
    verifier_sealed: Mapped[bytes] = mapped_column("verifier", LargeBinary)
    answer_sealed: Mapped[bytes | None] = mapped_column("answer", LargeBinary)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("entry_link.id"))
    next_path: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    verifier = Sealed[str](key="state_hash")
    answer = Sealed[str | None](key="state_hash")
