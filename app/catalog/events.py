"""Facts about what is sold."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OfferPublished:
    offer_id: UUID
    offer_version_id: UUID
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferWithdrawn:
    offer_id: UUID
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DiscountOffered:
    discount_id: UUID
    market_code: str
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DiscountWithdrawn:
    discount_id: UUID
    market_code: str
    code: str
    at: datetime
