"""What automation announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that rules may act on. `key` names it among all that ever happened; `chain` are
    the rules whose actions led to it, the first one first."""

    trigger: str
    key: str
    ticket_id: UUID | None
    conversation_id: UUID | None
    chain: tuple[UUID, ...] = ()
    only_rule: UUID | None = None


@dataclass(frozen=True, slots=True)
class CallDue:
    """A webhook is to be told."""

    call_id: UUID


@dataclass(frozen=True, slots=True)
class StaffNotified:
    notice_id: UUID
    staff_id: UUID


@dataclass(frozen=True, slots=True)
class FlowAsked:
    """A ticket is to go through the workflow of this name. Heard in the same transaction."""

    workflow: str
    ticket_id: UUID
    by: UUID


@dataclass(frozen=True, slots=True)
class FlowMoved:
    """A ticket went on in a workflow."""

    ticket_id: UUID
    customer_id: UUID | None
