"""The words that tickets are told by: where they stand, how pressing and of what kind they are."""

from enum import StrEnum


class Status(StrEnum):
    NEW = "new"  # nobody has accepted it
    OPEN = "open"
    PENDING = "pending"  # waits for the customer
    RESOLVED = "resolved"
    CLOSED = "closed"


OPEN_STATUSES = (Status.NEW, Status.OPEN, Status.PENDING)
SOLVED_STATUSES = (Status.RESOLVED, Status.CLOSED)


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Topic(StrEnum):
    BILLING = "billing"
    TECHNICAL = "technical"
    SALES = "sales"
    ACCOUNT = "account"
    OTHER = "other"


class TicketType(StrEnum):
    INCIDENT = "incident"
    BILLING_DISPUTE = "billing_dispute"
    COMPLAINT = "complaint"
    REQUEST = "request"
    FAULT = "fault"


class Level(StrEnum):
    """Of impact and of urgency."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
