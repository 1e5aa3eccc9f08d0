"""Approving: the change that was asked for is made in the same transaction."""

from collections.abc import Callable
from uuid import UUID

from app.catalog.models import OfferKind
from app.core import clock, db
from app.core.actor import SYSTEM, Actor
from app.subscriptions.models import PlanRequest, RequestStatus, Subscription
from app.subscriptions.queries import plan_at
from app.subscriptions.service.approving import close, for_decision
from app.subscriptions.service.plans import add_add_on, change_plan, subscribe


def approve_request(request_id: UUID, *, by: Actor) -> PlanRequest:
    """Make the change. What `change_plan` refuses by now leaves the request undecided."""
    with db.transaction():
        request = for_decision(request_id, by)
        key = f"approval:{request.id}"
        make = _command_for(request)
        make(request.line_id, request.offer_version_id, by=SYSTEM, effect_key=key)
        close(request, RequestStatus.APPROVED, by, None)
    return request


def _command_for(request: PlanRequest) -> Callable[..., Subscription]:
    if request.version.offer.kind is OfferKind.ADD_ON:
        return add_add_on
    return change_plan if plan_at(request.line, clock.now()) else subscribe
