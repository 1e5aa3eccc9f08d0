"""What identity announces."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionEnded:
    session_id: UUID
    kind: str
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class CodeIssued:
    """A one-time code waits to be sent."""

    code_id: UUID


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """Somebody who may approve should look."""

    request_id: UUID
    action: str
    market_code: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ApprovalGranted:
    """Heard in the transaction of the decision by whoever carries `action` out."""

    request_id: UUID
    action: str
    object_id: str
    amount: Decimal
    currency: str
    why: str
    facts: dict[str, Any]
    approver_id: UUID


@dataclass(frozen=True, slots=True)
class ApprovalEnded:
    """Without effect: `status` is refused or expired."""

    request_id: UUID
    action: str
    object_id: str
    status: str
