"""Facts about markets."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PoliciesChanged:
    """`names` are the policies that differ from `effective_from` on."""

    market_code: str
    version_id: UUID
    names: tuple[str, ...]
    effective_from: datetime
