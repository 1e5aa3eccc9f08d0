"""Facts about the network."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    order_id: UUID


@dataclass(frozen=True, slots=True)
class OrderDone:
    order_id: UUID
    line_id: UUID
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderFailed:
    """The network refused it, or did not answer three times: somebody must look."""

    order_id: UUID
    line_id: UUID
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OutageReported:
    outage_id: UUID
    market_code: str
    area: str
    service: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OutageEnded:
    outage_id: UUID
    market_code: str
    area: str
    service: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PortCodeIssued:
    """The customer may take her number elsewhere with it."""

    port_out_id: UUID
    line_id: UUID
    customer_id: UUID
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class PortOutCancelled:
    port_out_id: UUID
    line_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class PortOutRequested:
    port_out_id: UUID
    line_id: UUID
    customer_id: UUID
    recipient: str
    move_at: datetime


@dataclass(frozen=True, slots=True)
class NumberHandedOver:
    port_out_id: UUID
    line_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class PortInEnded:
    """`status` is active, refused or cancelled; `refusal` says why it did not come."""

    port_in_id: UUID
    account_id: UUID
    customer_id: UUID
    status: str
    refusal: str
    at: datetime
