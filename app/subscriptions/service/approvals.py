"""Approving: the change that was asked for is made in the same transaction."""

from uuid import UUID

from app.catalog.models import OfferKind
from app.core import db
from app.core.actor import SYSTEM, Actor
from app.subscriptions.models import ApprovalRequest, RequestStatus
from app.subscriptions.service.approving import close, for_decision
from app.subscriptions.service.plans import add_add_on, change_plan


def approve_request(request_id: UUID, *, by: Actor) -> ApprovalRequest:
    """Make the change. What `change_plan` refuses by now leaves the request undecided."""
    with db.transaction():
        request = for_decision(request_id, by)
        key = f"approval:{request.id}"
        is_plan = request.version.offer.kind is OfferKind.PLAN
        make = change_plan if is_plan else add_add_on
        make(request.line_id, request.offer_version_id, by=SYSTEM, effect_key=key)
        close(request, RequestStatus.APPROVED, by, None)
    return request
