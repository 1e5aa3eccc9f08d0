"""Handing over to providers: in order, again when they are away, never to who wants no more.

The head of a lane is leased while its provider is asked; a worker that dies is followed by
another, who says the same under the same key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.conversations.cleaning import shortened
from app.conversations.models import Inbox
from app.conversations.service import inboxes
from app.core import clock, db
from app.core.errors import NotFound
from app.markets import queries as markets
from app.messaging import failures, hours, pace, quiet, switch
from app.messaging.failures import FILE_GONE, INBOX_OFF, OPTED_OUT, TOO_OFTEN, WINDOW_CLOSED
from app.messaging.models import Contact, Delivery, DeliveryState
from app.messaging.service import receipts, rendering
from channels.port import Channel, ChannelDown, Outbound, Undeliverable

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
# 2 s, 4 s, … to 10 min between tries: about a day in all.
MOST_ATTEMPTS = 150
_LONGEST_WAIT = 600
# A fault of our own is tried a few times only.
MOST_FAULTS = 4
_MOST_IN_ONE_GO = 100


@dataclass(frozen=True, slots=True)
class _Job:
    delivery_id: UUID
    inbox_id: UUID
    channel: Channel
    attempts: int


def send_lane(lane: str) -> int:
    """Everything of the lane that may leave now, the oldest first. Returns how many left."""
    done = 0
    while done < _MOST_IN_ONE_GO:
        try:
            job = _claim(lane)
        except ChannelDown as error:
            _put_off_head(lane, error)
            return done
        if job is None:
            return done
        if not _send(job):
            return done
        done += 1
    return done


def lanes_due(limit: int = 200) -> list[str]:
    """Lanes whose head's time has come. Those behind a head that waits are nobody's business: in
    a provider's bad hour there are more of them than of all others."""
    ahead = aliased(Delivery)
    is_head = ~exists().where(
        ahead.lane == Delivery.lane,
        ahead.state == DeliveryState.QUEUED,
        ahead.number < Delivery.number,
    )
    query = (
        select(Delivery.lane)
        .where(Delivery.state == DeliveryState.QUEUED, Delivery.due_at <= clock.now(), is_head)
        .order_by(Delivery.due_at)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _claim(lane: str) -> _Job | None:
    """The head of the lane, leased; those that must not leave are marked so on the way."""
    while True:
        with db.transaction():
            head = _head(lane)
            if head is None or head.due_at > clock.now():
                return None
            inbox = db.session.get_one(Inbox, head.inbox_id, populate_existing=True)
            if (reason := _forbidden(head, inbox)) is not None:
                receipts.progress(head, DeliveryState.FAILED, at=clock.now(), code=reason)
                continue
            if (later := _later(head, inbox)) is not None:
                head.due_at = later
                return None
            head.due_at = clock.now() + LEASE
            head.attempts += 1
            return _Job(head.id, inbox.id, switch.opened(inbox), head.attempts)


def _head(lane: str) -> Delivery | None:
    query = (
        select(Delivery)
        .where(Delivery.lane == lane, Delivery.state == DeliveryState.QUEUED)
        .order_by(Delivery.number)
        .limit(1)
    )
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _forbidden(head: Delivery, inbox: Inbox) -> str | None:
    """Why it must not leave. Asked before every try: she may have said STOP meanwhile."""
    if not inbox.is_on:
        return INBOX_OFF
    key = (head.inbox_id, head.address)
    contact = db.session.get(Contact, key, populate_existing=True)
    if contact is not None and contact.stopped and not head.always:
        return OPTED_OUT
    heard_at = contact.heard_at if contact is not None else None
    if "template" not in head.shape and not window_open(inbox, heard_at):
        return WINDOW_CLOSED
    return None


def window_open(inbox: Inbox, heard_at: datetime | None) -> bool:
    """Whether words of our own may be sent now to somebody who wrote at that time."""
    provider = switch.provider_of(inbox)
    window = provider.abilities.window if provider is not None else None
    if window is None:
        return True
    return heard_at is not None and clock.now() - heard_at < timedelta(hours=window)


def _later(head: Delivery, inbox: Inbox) -> datetime | None:
    """When it may leave, if not now: the night is quiet, or the provider wants it slower."""
    if head.notice_id is not None and inbox.channel not in quiet.SILENT:
        market = markets.market(inbox.market_code)
        span = quiet.hours_of(inbox.market_code)
        if (end := hours.quiet_until(span, clock.now(), market.timezone)) is not None:
            return end
    wait = pace.seconds_to_wait(inbox.channel, inbox.id)
    return clock.now() + timedelta(seconds=wait) if wait > 0 else None


def _send(job: _Job) -> bool:
    """Whether the next one may follow."""
    try:
        provider_id = job.channel.send(_outbound(job.delivery_id))
    except NotFound:
        _failed(job, FILE_GONE, "")
        return True
    except Undeliverable as error:
        _failed(job, error.code, str(error))
        return True
    except ChannelDown as error:
        return _try_again(job, str(error), error.retry_after, MOST_ATTEMPTS)
    except Exception as error:
        log.exception("delivery_fault", delivery_id=str(job.delivery_id))
        return _try_again(job, f"{type(error).__name__}: {error}", None, MOST_FAULTS)
    with db.transaction():
        delivery = _locked(job.delivery_id)
        if delivery is not None:
            delivery.error = ""
            receipts.handed_over(delivery, provider_id)
        inboxes.went_well(job.inbox_id)
    return True


def _outbound(delivery_id: UUID) -> Outbound:
    """Raises NotFound when a file of it is gone."""
    with db.transaction():
        delivery = db.session.get_one(Delivery, delivery_id, populate_existing=True)
        return rendering.outbound(delivery, delivery.inbox)


def _failed(job: _Job, code: str, reason: str) -> None:
    with db.transaction():
        delivery = _locked(job.delivery_id)
        if delivery is not None:
            failed = DeliveryState.FAILED
            receipts.progress(delivery, failed, at=clock.now(), code=code, reason=reason)


def _try_again(job: _Job, reason: str, seconds: float | None, most: int) -> bool:
    with db.transaction():
        inboxes.went_wrong(job.inbox_id, reason or "no answer")
    if job.attempts >= most:
        _failed(job, TOO_OFTEN, reason)
        return True
    with db.transaction():
        delivery = _locked(job.delivery_id)
        if delivery is not None and delivery.state is DeliveryState.QUEUED:
            _put_off(delivery, reason, seconds)
    return False


def _put_off_head(lane: str, error: ChannelDown) -> None:
    """The inbox could not even be opened."""
    with db.transaction():
        head = _head(lane)
        if head is None:
            return
        inboxes.went_wrong(head.inbox_id, str(error))
        head.attempts += 1
        if head.attempts >= MOST_ATTEMPTS:
            failed = DeliveryState.FAILED
            receipts.progress(head, failed, at=clock.now(), code=TOO_OFTEN, reason=str(error))
        else:
            _put_off(head, str(error), error.retry_after)


def _put_off(delivery: Delivery, reason: str, seconds: float | None) -> None:
    wait = seconds if seconds is not None else min(2.0**delivery.attempts, _LONGEST_WAIT)
    delivery.error = shortened(reason, 500)
    delivery.due_at = clock.now() + timedelta(seconds=max(0.0, wait))
    receipts.show(delivery)


def _locked(delivery_id: UUID) -> Delivery | None:
    return db.session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)


def why(delivery: Delivery) -> str:
    """In the reader's words; what its provider said is `delivery.error`."""
    return failures.in_words(delivery.code, delivery.inbox.provider)
