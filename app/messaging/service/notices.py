"""Notices leave through the market's inbox of their channel."""

from datetime import timedelta

from sqlalchemy import select

from app.conversations.models import Inbox
from app.core import bulk, clock, db, events
from app.core.ids import new_id
from app.customers import notices
from app.customers.models import Customer, Notice
from app.customers.notice_kinds import EMAIL, SMS
from app.messaging import switch
from app.messaging.events import DeliveryQueued
from app.messaging.models import Delivery, DeliveryState
from app.messaging.service.queueing import lane_of

# What is older is no news any more.
TOO_OLD = timedelta(days=3)
_AT_ONCE = 500


def take_on() -> int:
    """Queue what waits, as many at a time as one set of statements holds. Returns how many."""
    with db.transaction():
        served = _inboxes()
        taken = notices.take_queued(served.keys(), clock.now() - TOO_OLD, _AT_ONCE)
        rows = [_row(notice, customer, served) for notice, customer in taken]
        bulk.insert(Delivery, rows)
        lanes = sorted({str(row["lane"]) for row in rows})
        events.announce_all([DeliveryQueued(lane) for lane in lanes])
    return len(taken)


def give_up_old() -> int:
    """What no inbox could take on while it was news counts as not delivered. Returns how many."""
    return notices.give_up(clock.now() - TOO_OLD)


def _inboxes() -> dict[tuple[str, str], Inbox]:
    """The oldest that is on, for each market and channel."""
    query = select(Inbox).where(Inbox.channel.in_((SMS, EMAIL)), Inbox.is_on)
    found: dict[tuple[str, str], Inbox] = {}
    for inbox in db.session.scalars(query.order_by(Inbox.id)):
        if switch.is_served(inbox):
            found.setdefault((inbox.market_code, inbox.channel), inbox)
    return found


def inbox_for(market_code: str, channel: str) -> Inbox | None:
    """By which a market tells things through a channel, None where it has no such inbox."""
    return _inboxes().get((market_code, channel))


def _row(
    notice: Notice, customer: Customer, served: dict[tuple[str, str], Inbox]
) -> dict[str, object]:
    inbox = served[customer.market_code, notice.channel]
    address = customer.email.lower() if notice.channel == EMAIL else customer.phone
    return {
        "id": new_id(),
        "lane": lane_of(inbox.id, address),
        "inbox_id": inbox.id,
        "address": address,
        "notice_id": notice.id,
        "part": 0,
        "text": notices.text_of(notice),
        "shape": {"subject": notices.subject_of(notice)},
        "language": notice.language,
        "always": False,
        "state": DeliveryState.QUEUED.value,
        "attempts": 0,
        "rounds": 0,
        "due_at": clock.now(),
        "code": "",
        "error": "",
        "created_at": clock.now(),
    }
