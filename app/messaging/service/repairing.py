"""What did not go through, once more: calls that were not understood, deliveries that failed."""

from collections.abc import Sequence
from uuid import UUID

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.messaging import access
from app.messaging.errors import NothingToRepeat
from app.messaging.events import DeliveryQueued
from app.messaging.models import CallStatus, Delivery, DeliveryState
from app.messaging.service import receipts

MOST_AT_ONCE = 200


def read_again(call_ids: Sequence[UUID], *, by: Actor) -> int:
    """What these calls did already they do not do again. Returns how many will be read."""
    again = 0
    with db.transaction():
        for call_id in sorted(call_ids[:MOST_AT_ONCE]):
            kept = access.call_for(by, call_id)
            if kept.status is not CallStatus.FAILED:
                continue
            kept.status, kept.attempts = CallStatus.WAITING, 0
            audit.record(by, "provider_call.read_again", "provider_call", kept.id)
            again += 1
    return again


def send_again(delivery_ids: Sequence[UUID], *, by: Actor) -> int:
    """Returns how many leave once more; those that did not fail are passed over."""
    again = 0
    with db.transaction():
        for delivery_id in sorted(delivery_ids[:MOST_AT_ONCE]):
            delivery = access.delivery_for(by, delivery_id, "inboxes.manage")
            if delivery.state is DeliveryState.FAILED:
                queue_again(delivery, by=by)
                again += 1
    return again


def queue_again(delivery: Delivery, *, by: Actor) -> None:
    """Joins the caller's transaction, which holds the row. A person wants it: the provider is
    given another key, for it may have kept its no under the first."""
    if delivery.state is not DeliveryState.FAILED:
        raise NothingToRepeat
    delivery.state, delivery.state_at = DeliveryState.QUEUED, clock.now()
    delivery.rounds += 1
    delivery.attempts = 0
    delivery.provider_id = None
    delivery.code = delivery.error = ""
    delivery.due_at = clock.now()
    audit.record(by, "delivery.again", "delivery", delivery.id)
    receipts.show(delivery)
    events.announce(DeliveryQueued(delivery.lane))
