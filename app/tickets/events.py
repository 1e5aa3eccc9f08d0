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
    """`changed` names what did: status, priority, type, category, fields, due_at, snoozed_until,
    parent … Whoever set it is `by_id`."""

    ticket_id: UUID
    conversation_id: UUID | None
    customer_id: UUID | None
    market_code: str
    status: str
    priority: str
    at: datetime
    changed: tuple[str, ...] = ()
    type: str = ""
    by_id: UUID | None = None


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


@dataclass(frozen=True, slots=True)
class TicketClosed:
    """For good: whoever comes again gets a new one."""

    ticket_id: UUID
    customer_id: UUID | None
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketCommented:
    """On the ticket itself; `author` is agent, customer, bot or system."""

    ticket_id: UUID
    customer_id: UUID | None
    market_code: str
    comment_id: UUID
    public: bool
    author: str
    by_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MentionedOnTicket:
    """A colleague, in a comment that she may see."""

    ticket_id: UUID
    comment_id: UUID
    staff_id: UUID
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketMerged:
    """`ticket_id` stays, `merged_id` is in it from now on."""

    ticket_id: UUID
    merged_id: UUID
    customer_id: UUID | None
    market_code: str
    by_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketUnmerged:
    ticket_id: UUID
    merged_id: UUID
    customer_id: UUID | None
    market_code: str
    by_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketLinked:
    """`kind` is relates, duplicates, blocks, follows or split."""

    ticket_id: UUID
    to_id: UUID
    kind: str
    market_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketWoken:
    """Its time has come, or the customer wrote."""

    ticket_id: UUID
    customer_id: UUID | None
    market_code: str
    assignee_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowerTold:
    """Somebody who follows a ticket has something new to read."""

    staff_id: UUID
    ticket_id: UUID


@dataclass(frozen=True, slots=True)
class OutageCaseChanged:
    """Declared, told otherwise, over, or something is done to all of its customers."""

    case_id: UUID
    market_code: str


@dataclass(frozen=True, slots=True)
class TicketOffered:
    """Somebody has until `expires_at` to say whether she takes it."""

    ticket_id: UUID
    market_code: str
    staff_id: UUID
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """`answer` is accepted, declined, missed or withdrawn."""

    ticket_id: UUID
    market_code: str
    staff_id: UUID
    answer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RoutingDue:
    """Something that is offered waits, or somebody who is offered something has room."""


@dataclass(frozen=True, slots=True)
class RoutingChanged:
    """A market distributes otherwise, or (None) an agent takes on something else."""

    market_code: str | None


@dataclass(frozen=True, slots=True)
class SlaWarned:
    """So much of a promise's time is over that somebody should look. `goal` is first_response,
    next_response or resolution; `at` is when it was time, which may have been a while ago."""

    ticket_id: UUID
    conversation_id: UUID | None
    customer_id: UUID | None
    market_code: str
    assignee_id: UUID | None
    clock_id: UUID
    goal: str
    due_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class SlaBreached:
    """A promise was not kept in time; `at` is when it was due."""

    ticket_id: UUID
    conversation_id: UUID | None
    customer_id: UUID | None
    market_code: str
    assignee_id: UUID | None
    clock_id: UUID
    goal: str
    due_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketEscalated:
    """A step of a chain was taken. `staff_ids` are those who are to be told."""

    escalation_id: UUID
    ticket_id: UUID
    conversation_id: UUID | None
    customer_id: UUID | None
    market_code: str
    deed: str
    staff_ids: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SlaRulesChanged:
    """A calendar, policy or chain is otherwise from `effective_from` on."""

    key: UUID
    kind: str
    effective_from: datetime
