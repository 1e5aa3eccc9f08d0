"""What identity announces."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.core.ids import new_id
from app.core.money import Money


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

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


@dataclass(frozen=True, slots=True)
class ApprovalEnded:
    """Without effect: `status` is refused or expired."""

    request_id: UUID
    action: str
    object_id: str
    status: str


@dataclass(frozen=True, slots=True)
class FactorChanged:
    """Somebody has one more or one fewer way to prove who she is; `what` as the trail says it."""

    kind: str
    owner_id: UUID
    what: str
    change_id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class LetterWritten:
    """A letter about signing in waits to be sent."""

    letter_id: UUID


@dataclass(frozen=True, slots=True)
class SignInUnusual:
    """Somebody signed in from a new device or out of hours: `why` names which."""

    session_id: UUID
    kind: str
    owner_id: UUID
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightsChanged:
    """Somebody's roles changed, or she may no longer come in at all; her sessions are over."""

    staff_id: UUID
