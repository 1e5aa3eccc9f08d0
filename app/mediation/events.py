"""Facts about files of usage and about records that somebody must look at."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FileHandedIn:
    """Kept, to be read for somebody who may use lines of these markets; all when empty."""

    file_id: UUID
    markets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileTaken:
    """`status` is done or refused."""

    file_id: UUID
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class AnomaliesChanged:
    """Some were found or decided: counts and lists are not what they were."""

    market_code: str


@dataclass(frozen=True, slots=True)
class UsageAnomaliesRepeated:
    """Odd records of one customer again and again; said once, until she is cleared."""

    customer_id: UUID
    count: int


@dataclass(frozen=True, slots=True)
class UsageCustomerFlagged:
    """Somebody decided that this customer's usage is to be watched."""

    customer_id: UUID
    note: str
