"""Telling a customer something: a row for each channel, sent by whoever serves that channel."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import select, tuple_, update

from app.audit import service as audit
from app.core import bulk, clock, db
from app.core.actor import SYSTEM, Actor
from app.core.i18n import speaking
from app.core.ids import new_id
from app.core.money import Money
from app.customers import access
from app.customers.models import Customer, Notice, NoticeStatus
from app.customers.notice_kinds import CHANNELS, KINDS

_FRESH = {"populate_existing": True}


@dataclass(frozen=True, slots=True)
class Told:
    """What one of many is told; facts as `notify` takes them."""

    customer_id: UUID
    effect_key: str
    facts: Mapping[str, object]


def notify(
    customer_id: UUID, kind: str, /, *, by: Actor, effect_key: str, **facts: object
) -> list[Notice]:
    """Queue a notice of a kind of notice_kinds.KINDS, in the customer's language, to be sent.

    Joins the caller's transaction: told exactly when what it tells is true. The same `effect_key`
    again queues nothing, and somebody who has died is told nothing. Facts may be text, numbers,
    Money, and dates or moments, which are written as the customer's market writes them. A kind
    or fact that is not there is a KeyError.
    """
    with db.transaction():
        customer = access.customer_for(by, customer_id)
        _queue(kind, [Told(customer_id, effect_key, facts)], {customer_id: customer}, by)
        found = db.session.scalars(select(Notice).where(Notice.effect_key == effect_key))
    return list(found)


def notify_all(kind: str, told: Sequence[Told], /) -> None:
    """The same kind to many by the system, in three statements however many they are."""
    with db.transaction():
        ids = {each.customer_id for each in told}
        customers = {
            each.id: each
            for each in db.session.scalars(select(Customer).where(Customer.id.in_(ids)))
        }
        _queue(kind, told, customers, SYSTEM)


def notices_of(customer_id: UUID, limit: int = 20) -> list[Notice]:
    """The latest first, one for each channel."""
    query = select(Notice).where(Notice.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(Notice.id.desc()).limit(limit)))


def latest_of(customer_id: UUID, limit: int = 5) -> list[Notice]:
    """The latest first, each once, however many channels it goes through."""
    once = {each.effect_key: each for each in notices_of(customer_id, limit * len(CHANNELS))}
    return list(once.values())[:limit]


def take_queued(
    served: Collection[tuple[str, str]], since: datetime, limit: int
) -> list[tuple[Notice, Customer]]:
    """The oldest queued notices that these pairs of market and channel serve, for the caller to
    send: nobody else gets them. Joins the caller's transaction; one statement to take, one to read.
    """
    if not served:
        return []
    found = (
        select(Notice.id)
        .join(Customer, Customer.id == Notice.customer_id)
        .where(
            Notice.status == NoticeStatus.QUEUED,
            Notice.created_at > since,
            tuple_(Customer.market_code, Notice.channel).in_(list(served)),
        )
        .order_by(Notice.id)
        .limit(limit)
        .with_for_update(of=Notice, skip_locked=True)
    )
    taken = (
        update(Notice)
        .where(Notice.id.in_(found))
        .values(status=NoticeStatus.LEAVING)
        .returning(Notice.id)
    )
    ids = list(db.session.scalars(taken))
    query = select(Notice, Customer).join(Customer, Customer.id == Notice.customer_id)
    rows = db.session.execute(
        query.where(Notice.id.in_(ids)).order_by(Notice.id), execution_options=_FRESH
    )
    return [(notice, customer) for notice, customer in rows]


def give_up(until: datetime) -> int:
    """What was queued by then and nobody could send is no news any more. Returns how many."""
    with db.transaction():
        old = update(Notice).where(Notice.status == NoticeStatus.QUEUED, Notice.created_at <= until)
        done = db.session.execute(old.values(status=NoticeStatus.FAILED))
        return int(done.rowcount)  # type: ignore[attr-defined]


def came_through(notice_id: UUID, *, sent: bool) -> None:
    """What became of it. Joins the caller's transaction; sent stays sent."""
    if sent:
        change: dict[str, Any] = {"status": NoticeStatus.SENT, "sent_at": clock.now()}
    else:
        change = {"status": NoticeStatus.FAILED}
    told = update(Notice).where(Notice.id == notice_id, Notice.status != NoticeStatus.SENT)
    db.session.execute(told.values(**change))


def subject_of(notice: Notice) -> str:
    with speaking(notice.language):
        return str(KINDS[notice.kind].subject) % notice.facts


def text_of(notice: Notice) -> str:
    """The words, in the language the customer had when it was queued."""
    with speaking(notice.language):
        return (str(KINDS[notice.kind].text) % notice.facts).strip()


def _queue(kind: str, told: Sequence[Told], customers: Mapping[UUID, Customer], by: Actor) -> None:
    rows = []
    for each in told:
        customer = customers[each.customer_id]
        facts = _plain(each.facts, customer)
        with speaking(customer.language):
            _ = str(KINDS[kind].subject) % facts, str(KINDS[kind].text) % facts  # all are there
        if customer.deceased_at is None:
            rows += [
                _row(customer, channel, kind, facts, each.effect_key)
                for channel in KINDS[kind].channels
            ]
    fresh = bulk.insert(Notice, rows, unless_known="effect_key, channel", returning="customer_id")
    if fresh:
        facts_of_trail = {customer_id: {"kind": kind} for customer_id in fresh}
        audit.record_all(by, "customer.notified", "customer", facts_of_trail)


def _row(
    customer: Customer, channel: str, kind: str, facts: Mapping[str, Any], effect_key: str
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "customer_id": customer.id,
        "channel": channel,
        "kind": kind,
        "facts": facts,
        "language": customer.language,
        "status": NoticeStatus.QUEUED,
        "effect_key": effect_key,
        "created_at": clock.now(),
    }


def _plain(facts: Mapping[str, object], customer: Customer) -> dict[str, str]:
    locale = customer.market.locale_for(customer.language)
    zone = ZoneInfo(customer.market.timezone)
    return {name: _text(value, locale, zone) for name, value in facts.items()}


def _text(value: object, locale: str, zone: ZoneInfo) -> str:
    if isinstance(value, Money):
        return value.format(locale)
    if isinstance(value, datetime):
        value = value.astimezone(zone).date()
    if isinstance(value, date):
        return format_date(value, format="long", locale=locale)
    return str(value)
