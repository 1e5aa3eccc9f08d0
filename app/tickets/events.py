"""What tickets announce."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TicketOpened:
    ticket_id: UUID
    conversation_id: UUID | None
    customer_id: UUID | None
    market_code: str
    topic: str
    priority: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketAccepted:
    ticket_id: UUID
    conversation_id: UUID | None
    staff_id: UUID
    staff_name: str
    customer_id: UUID | None
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketTransferred:
    """To a colleague, or back to the queue when `to_staff_id` is None."""

    ticket_id: UUID
    conversation_id: UUID | None
    customer_id: UUID | None
    market_code: str
    from_staff_id: UUID | None
    to_staff_id: UUID | None
    staff_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketChanged:
    """Its priority changed, or whether it waits for the customer."""

    ticket_id: UUID
    conversation_id: UUID | None
    customer_id: UUID | None
    market_code: str
    status: str
    priority: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketResolved:
    ticket_id: UUID
    conversation_id: UUID | None
    customer_id: UUID | None
    market_code: str
    staff_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketReopened:
    ticket_id: UUID
    conversation_id: UUID | None
    customer_id: UUID | None
    market_code: str
    status: str
    at: datetime
