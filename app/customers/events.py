"""Facts about customers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CustomerRegistered:
    customer_id: UUID
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """`fields` names what changed, never the values."""

    customer_id: UUID
    fields: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class IdentityCheckAsked:
    check_id: UUID


@dataclass(frozen=True, slots=True)
class IdentityVerified:
    customer_id: UUID
    check_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class IdentityRejected:
    """The service said no twice. `reason` is its code."""

    customer_id: UUID
    check_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """Somebody of the staff opened the whole of an identity paper."""

    customer_id: UUID
    staff_id: UUID
