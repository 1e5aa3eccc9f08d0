"""Handing over to providers: in order, again when they are away, never to who wants no more.

The head of a lane is leased while its provider is asked; a worker that dies is followed by
another, who says the same under the same key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select

from app.conversations.models import Inbox
from app.conversations.service import inboxes
from app.core import clock, db
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.markets import queries as markets
from app.messaging import hours, pace, quiet, switch
from app.messaging.models import Contact, Delivery, DeliveryState
from app.messaging.service import receipts, rendering
from app.messaging.service.mailing import ANSWERED_ALREADY
from channels.port import Channel, ChannelDown, Outbound, Undeliverable

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
# 2 s, 4 s, … to 10 min between tries: about a day in all.
MOST_ATTEMPTS = 150
_LONGEST_WAIT = 600
# A fault of our own is tried a few times only.
MOST_FAULTS = 4
_MOST_IN_ONE_GO = 100

OPTED_OUT = "opted_out"
WINDOW_CLOSED = "window_closed"
INBOX_OFF = "inbox_off"
TOO_OFTEN = "gave_up"
WAITS = "waits"


@dataclass(frozen=True, slots=True)
class _Job:
    delivery_id: UUID
    inbox_id: UUID
    kind: str
    channel: Channel
    outbound: Outbound
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
    """Lanes with something whose time has come."""
    query = (
        select(Delivery.lane)
        .where(Delivery.state == DeliveryState.QUEUED, Delivery.due_at <= clock.now())
        .group_by(Delivery.lane)
        .order_by(func.min(Delivery.due_at))
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
            return _Job(
                head.id,
                inbox.id,
                inbox.channel,
                switch.opened(inbox),
                rendering.outbound(head, inbox),
                head.attempts,
            )


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
        provider_id = job.channel.send(job.outbound)
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
    delivery.error = reason[:500]
    delivery.due_at = clock.now() + timedelta(seconds=max(0.0, wait))
    receipts.show(delivery)


def _locked(delivery_id: UUID) -> Delivery | None:
    return db.session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)


def why(code: str, language: str) -> str:
    """Our own reasons in words; a provider's code as it is."""
    with speaking(language):
        words = {
            OPTED_OUT: _("The customer does not want messages here."),
            WINDOW_CLOSED: _("Too long ago that the customer wrote: only a template may be sent."),
            INBOX_OFF: _("The inbox is switched off."),
            TOO_OFTEN: _("The provider did not take it in a day."),
            WAITS: _("It waits for its turn."),
            ANSWERED_ALREADY: _("A machine answers one address by mail once an hour at most."),
        }
    return words.get(code, code)
