"""Telling a customer something: a row for each channel, sent by whoever serves that channel."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import speaking
from app.core.ids import new_id
from app.core.money import Money
from app.customers import access
from app.customers.models import Customer, Notice, NoticeStatus
from app.customers.notice_kinds import KINDS


def notify(
    customer_id: UUID, kind: str, /, *, by: Actor, effect_key: str, **facts: object
) -> list[Notice]:
    """Queue a notice of a kind of notice_kinds.KINDS, in the customer's language, to be sent.

    Joins the caller's transaction: told exactly when what it tells is true. The same `effect_key`
    again queues nothing. Facts may be text, numbers, Money, and dates or moments, which are
    written as the customer's market writes them. A kind or fact that is not there is a KeyError.
    """
    with db.transaction():
        customer = access.customer_for(by, customer_id)
        known, told = KINDS[kind], _plain(facts, customer)
        with speaking(customer.language):
            _ = str(known.subject) % told, str(known.text) % told  # every fact is there
        rows = [_row(customer, channel, kind, told, effect_key) for channel in known.channels]
        statement = insert(Notice).on_conflict_do_nothing().returning(Notice.id)
        fresh = set(db.session.scalars(statement, rows))
        if fresh:
            audit.record(by, "customer.notified", "customer", customer.id, kind=kind)
        found = db.session.scalars(select(Notice).where(Notice.effect_key == effect_key))
    return list(found)


def notices_of(customer_id: UUID, limit: int = 20) -> list[Notice]:
    """The latest first."""
    query = select(Notice).where(Notice.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(Notice.id.desc()).limit(limit)))


def subject_of(notice: Notice) -> str:
    with speaking(notice.language):
        return str(KINDS[notice.kind].subject) % notice.facts


def text_of(notice: Notice) -> str:
    """The words, in the language the customer had when it was queued."""
    with speaking(notice.language):
        return str(KINDS[notice.kind].text) % notice.facts


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
