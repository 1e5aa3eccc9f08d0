"""Facts about lines, their plans, SIMs and blocks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LineActivated:
    line_id: UUID
    account_id: UUID
    subscription_id: UUID
    offer_version_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanStarted:
    """Said of every plan, a line's first one and those it changes to."""

    line_id: UUID
    account_id: UUID
    subscription_id: UUID
    offer_version_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanChanged:
    line_id: UUID
    account_id: UUID
    from_subscription_id: UUID
    to_subscription_id: UUID
    from_version_id: UUID
    to_version_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AddOnAdded:
    line_id: UUID
    account_id: UUID
    subscription_id: UUID
    offer_version_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class BlockPlaced:
    """`effect` is throttle, outgoing or all."""

    line_id: UUID
    reason: str
    effect: str


@dataclass(frozen=True, slots=True)
class BlockLifted:
    line_id: UUID
    reason: str
    effect: str


@dataclass(frozen=True, slots=True)
class SimReplaced:
    line_id: UUID
    iccid: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LineClosed:
    line_id: UUID
    account_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PromotionRedeemed:
    """`line_id` None is for the whole account, `ends_at` None for good."""

    grant_id: UUID
    account_id: UUID
    line_id: UUID | None
    code: str
    starts_at: datetime
    ends_at: datetime | None


class LineOrdered:
    """A new line waits for the network; it is active once the network says so."""

    line_id: UUID
    activation_id: UUID


@dataclass(frozen=True, slots=True)
class ActivationMoved:
    """`status` is one of ActivationStatus."""

    activation_id: UUID
    customer_id: UUID
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ActivationEscalated:
    """The network would not do it: a person must look."""

    activation_id: UUID
    customer_id: UUID
    reference: str
    reason: str
    at: datetime
