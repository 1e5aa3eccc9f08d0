"""What customers are told of their lines: plans, SIMs, leaving, and what employees ask for."""

from uuid import UUID

from sqlalchemy import select

from app.catalog.models import OfferVersion
from app.core import db
from app.core.actor import SYSTEM
from app.customers import queries as customers
from app.customers.notices import notify
from app.subscriptions import msisdn
from app.subscriptions.events import (
    ApprovalDecided,
    ApprovalRequested,
    BlockPlaced,
    DisconnectionOrdered,
    DisconnectionTakenBack,
    LineTransferred,
    PlanChanged,
    PlanChangeFellBack,
    PlanChangeScheduled,
    SharingEnded,
    SimReplaced,
    SimReportedMissing,
    TransferAsked,
)
from app.subscriptions.models import Block, FamilyMember, Leaving, Line, LineTransfer, PlanRequest

PLAN_EXPIRED = "plan_expired"


def plan_change_scheduled(event: PlanChangeScheduled) -> None:
    _tell(
        event.line_id,
        "plan_change_scheduled",
        f"plan_change:{event.change_id}:scheduled",
        plan=_plan(event.offer_version_id),
        day=event.due_at,
    )


def plan_change_fell_back(event: PlanChangeFellBack) -> None:
    _tell(
        event.line_id,
        "plan_change_fell_back",
        f"plan_change:{event.change_id}:fell_back",
        plan=_plan(event.offer_version_id),
    )


def plan_changed(event: PlanChanged) -> None:
    _tell(
        event.line_id,
        "plan_changed",
        f"subscription:{event.to_subscription_id}:changed",
        plan=_plan(event.to_version_id),
    )


def plan_expired(event: BlockPlaced) -> None:
    """A prepaid line is barred until it is topped up; nothing to tell when it was already."""
    if event.reason != PLAN_EXPIRED:
        return
    query = select(Block.id).where(
        Block.line_id == event.line_id, Block.reason == event.reason, Block.lifted_at.is_(None)
    )
    if block_id := db.session.scalar(query):
        _tell(event.line_id, "plan_expired", f"block:{block_id}:plan_expired")


def sim_reported_missing(event: SimReportedMissing) -> None:
    key = f"line:{event.line_id}:missing:{event.at.isoformat()}"
    _tell(event.line_id, "sim_missing", key)


def sim_replaced(event: SimReplaced) -> None:
    _tell(event.line_id, "sim_replaced", f"sim:{event.iccid}:replaced")


def disconnection_ordered(event: DisconnectionOrdered) -> None:
    """For an unpaid bill the reminder says so, of all its lines at once; a number that goes to
    another operator is gone with the order."""
    if event.reason in {Leaving.DUNNING, Leaving.PORTED_OUT}:
        return
    _tell(
        event.line_id,
        "disconnection_ordered",
        f"disconnection:{event.order_id}:ordered",
        day=event.due_at,
    )


def disconnection_taken_back(event: DisconnectionTakenBack) -> None:
    """Who took it back herself knows; who paid is told."""
    if event.reason == Leaving.DUNNING:
        _tell(event.line_id, "line_stays", f"disconnection:{event.order_id}:taken_back")


def transfer_asked(event: TransferAsked) -> None:
    transfer = db.session.get_one(LineTransfer, event.transfer_id)
    notify(
        event.customer_id,
        "transfer_asked",
        by=SYSTEM,
        effect_key=f"transfer:{transfer.id}:asked",
        line=msisdn.for_people(transfer.line.number),
        account=transfer.to_account.reference,
        day=transfer.expires_at,
    )


def line_transferred(event: LineTransferred) -> None:
    """Both sides, or the one customer whose accounts they are."""
    transfer = db.session.get_one(LineTransfer, event.transfer_id)
    giver, taker = transfer.from_account.customer_id, transfer.to_account.customer_id
    told = {"line_taken_over": taker} | ({"line_handed_over": giver} if giver != taker else {})
    for kind, customer_id in told.items():
        notify(
            customer_id,
            kind,
            by=SYSTEM,
            effect_key=f"transfer:{transfer.id}:{kind}",
            line=msisdn.for_people(transfer.line.number),
            account=transfer.to_account.reference,
        )


def sharing_ended(event: SharingEnded) -> None:
    """Who shared the plan goes on with her own, and who gave of it keeps it."""
    member = db.session.get_one(FamilyMember, event.membership_id)
    kind = "sharing_ended" if member.line_id == event.line_id else "sharing_left"
    gone = db.session.get_one(Line, event.gone_line_id)
    _tell(
        event.line_id,
        kind,
        f"family:{member.id}:ended",
        gone=msisdn.for_people(gone.number),
    )


def approval_requested(event: ApprovalRequested) -> None:
    """The managers who are nearest; she may be one herself, and does not decide then."""
    request = db.session.get_one(PlanRequest, event.request_id)
    for manager in customers.managers_of(event.company_id, beside=event.customer_id):
        notify(
            manager.id,
            "approval_asked",
            by=SYSTEM,
            effect_key=f"request:{request.id}:asked:{manager.id}",
            name=request.requester.name,
            plan=request.version.offer.name,
            line=msisdn.for_people(request.line.number),
            day=request.expires_at,
        )


def approval_decided(event: ApprovalDecided) -> None:
    """To the employee who asked."""
    request = db.session.get_one(PlanRequest, event.request_id)
    notify(
        event.customer_id,
        f"approval_{event.outcome}",
        by=SYSTEM,
        effect_key=f"request:{request.id}:{event.outcome}",
        plan=request.version.offer.name,
        line=msisdn.for_people(request.line.number),
        note=request.note or "",
    )


def _tell(line_id: UUID, kind: str, effect_key: str, **facts: object) -> None:
    line = db.session.get_one(Line, line_id)
    number = msisdn.for_people(line.number)
    notify(line.customer_id, kind, by=SYSTEM, effect_key=effect_key, line=number, **facts)


def _plan(version_id: UUID) -> str:
    return db.session.get_one(OfferVersion, version_id).offer.name
