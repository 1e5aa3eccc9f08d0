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
class PlanSubscribed:
    """A line without a plan got one; a change is PlanChanged."""

    line_id: UUID
    account_id: UUID
    subscription_id: UUID
    offer_version_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AddOnCancelled:
    line_id: UUID
    account_id: UUID
    subscription_id: UUID
    offer_version_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanChangeScheduled:
    change_id: UUID
    line_id: UUID
    customer_id: UUID
    offer_version_id: UUID
    due_at: datetime


@dataclass(frozen=True, slots=True)
class PlanChangeUnscheduled:
    change_id: UUID
    line_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class PlanChangeFellBack:
    """It was due and could not be made; the line keeps its plan. `refusal` is the code why."""

    change_id: UUID
    line_id: UUID
    customer_id: UUID
    offer_version_id: UUID
    refusal: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FamilyChanged:
    """A line joined or left a shared plan, or its cap changed."""

    owner_line_id: UUID
    line_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class SharingEnded:
    """One of two lines that shared a plan has gone; `line_id` is the one that is still there."""

    membership_id: UUID
    line_id: UUID
    gone_line_id: UUID


@dataclass(frozen=True, slots=True)
class ApprovalRequested:
    request_id: UUID
    company_id: UUID
    customer_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """`outcome` is approved, refused or expired."""

    request_id: UUID
    company_id: UUID
    customer_id: UUID
    outcome: str
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class NumberReleased:
    """Nobody has the number any more. `reason` is as in models.Leaving; a number that was
    ported out belongs to another operator now."""

    line_id: UUID
    market_code: str
    number: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DisconnectionOrdered:
    order_id: UUID
    line_id: UUID
    customer_id: UUID
    reason: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class DisconnectionTakenBack:
    order_id: UUID
    line_id: UUID
    customer_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class SimReportedMissing:
    """`reason` is lost or stolen; the line is blocked."""

    line_id: UUID
    customer_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """The receiving customer is to agree."""

    transfer_id: UUID
    line_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True)
class LineTransferred:
    """It is another line from now on, of another account, with the same number and SIM.

    `subscription_ids` are the plan and the add-ons that go on there, `before_ids` what they were.
    """

    transfer_id: UUID
    from_line_id: UUID
    to_line_id: UUID
    from_account_id: UUID
    to_account_id: UUID
    subscription_ids: tuple[UUID, ...]
    at: datetime
    before_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """It does not move: refused, cancelled or expired, as `status` says."""

    transfer_id: UUID
    line_id: UUID
    status: str
