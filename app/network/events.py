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
