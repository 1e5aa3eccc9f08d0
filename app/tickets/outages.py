"""Reads for outage mode: who is hit, what they are told, and how far the work on them is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy import case as case_of

from app.catalog.models import Mode
from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.core.reach import in_markets_of
from app.customers.models import Account, Customer
from app.markets import queries as markets
from app.subscriptions.models import Line
from app.tickets.models import (
    OPEN_STATUSES,
    OutageCase,
    OutageJob,
    OutageJobItem,
    Ticket,
)


@dataclass(frozen=True, slots=True)
class Progress:
    job: OutageJob
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Of `linked` tickets `open_` are not solved, of so many `people`; `told` counts people,
    `credited` accounts and prepaid lines."""

    linked: int
    open_: int
    people: int
    told: int
    credited: int


def case_for(actor: Actor, case_id: UUID, permission: str, *, lock: bool = False) -> OutageCase:
    """Raises NotFound for other markets', Forbidden."""
    found = db.session.get(
        OutageCase, case_id, with_for_update=lock or None, populate_existing=lock
    )
    if found is None or not actor.sees_market(found.market_code):
        raise NotFound
    actor.must(permission)
    return found


def cases(actor: Actor, *, limit: int = 50) -> list[OutageCase]:
    """Those that stand first, then the latest."""
    actor.must("outages.manage")
    query = select(OutageCase).where(in_markets_of(actor, OutageCase.market_code))
    order = (OutageCase.ended_at.is_not(None), OutageCase.declared_at.desc())
    return list(db.session.scalars(query.order_by(*order).limit(limit)))


def hitting(customer: Customer) -> OutageCase | None:
    """The one that hits her now: by her city, and the services that she has."""
    has = exists().where(
        Line.customer_id == customer.id,
        Line.closed_at.is_(None),
        or_(OutageCase.service == "", OutageCase.service == Line.service),
    )
    query = _standing_in(customer.market_code, customer.city)
    found: OutageCase | None = db.session.scalar(query.where(has))
    return found


def hitting_line(line: Line) -> OutageCase | None:
    query = _standing_in(line.market_code, line.customer.city)
    served = OutageCase.service.in_(["", line.service.value])
    found: OutageCase | None = db.session.scalar(query.where(served))
    return found


def notice_of(case: OutageCase) -> str:
    """In the language spoken now, else in any that was written; with its end, by her clock."""
    texts: Mapping[str, str] = case.notice
    words = texts.get(language()) or next(iter(texts.values()), "")
    if case.expected_end_at is None:
        return words
    market = markets.market(case.market_code)
    zone, locale = ZoneInfo(market.timezone), market.locale_for(language())
    ends = format_datetime(case.expected_end_at, "d MMM, HH:mm", tzinfo=zone, locale=locale)
    end = _("It should be over by %(moment)s.", moment=ends)
    return f"{words} {end}"


def hit_customers(case: OutageCase) -> Select[UUID]:
    """The ids of everybody who has such a service there."""
    return select(Line.customer_id).where(_is_hit(case)).join(Customer).distinct()


def credited_for(case: OutageCase, *, only_linked: bool) -> Select[UUID]:
    """Who is credited for such a service there: each account that pays by bill, and each prepaid
    line; of those who came to us, or of all."""
    target = case_of({Mode.POSTPAID: Line.account_id}, value=Line.mode, else_=Line.id)
    query = (
        select(target)
        .join(Customer, Customer.id == Line.customer_id)
        .join(Account, Account.id == Line.account_id)
        .where(_is_hit(case))
    )
    if only_linked:
        came = select(Ticket.customer_id).where(Ticket.parent_id == case.ticket_id)
        query = query.where(Line.customer_id.in_(came))
    return query.distinct()


def standing_of(case: OutageCase) -> Standing:
    """Two statements."""
    still = Ticket.status.in_(OPEN_STATUSES)
    who = func.coalesce(Ticket.customer_id, Ticket.id).distinct()
    linked = select(func.count(), func.count().filter(still), func.count(who).filter(still)).where(
        Ticket.parent_id == case.ticket_id
    )
    total, open_, people = db.session.execute(linked).one()
    done = (
        select(OutageJob.kind, func.count(OutageJobItem.target_id.distinct()))
        .join(OutageJobItem, OutageJobItem.job_id == OutageJob.id)
        .where(
            OutageJob.case_id == case.id,
            OutageJobItem.done_at.is_not(None),
            OutageJobItem.fault.is_(None),
        )
        .group_by(OutageJob.kind)
    )
    counts = {kind.value: count for kind, count in db.session.execute(done)}
    return Standing(total, open_, people, counts.get("update", 0), counts.get("credit", 0))


def jobs_of(case: OutageCase) -> list[Progress]:
    """The latest first, with what is done. One statement."""
    query = (
        select(
            OutageJob,
            func.count(OutageJobItem.done_at),
            func.count(OutageJobItem.fault),
        )
        .outerjoin(OutageJobItem, OutageJobItem.job_id == OutageJob.id)
        .where(OutageJob.case_id == case.id)
        .group_by(OutageJob.id)
        .order_by(OutageJob.created_at.desc(), OutageJob.id.desc())
    )
    return [Progress(job, done, failed) for job, done, failed in db.session.execute(query)]


def contacts_by_hour(case: OutageCase, *, limit: int = 48) -> Sequence[tuple[datetime, int]]:
    """When those who are linked came to us, the latest hours, in their order."""
    hour = func.date_trunc("hour", Ticket.created_at)
    query = (
        select(hour, func.count())
        .where(Ticket.parent_id == case.ticket_id)
        .group_by(hour)
        .order_by(hour.desc())
        .limit(limit)
    )
    return [(at, count) for at, count in reversed(db.session.execute(query).all())]


def _standing_in(market_code: str, city: str | None) -> Select[Any]:
    """The narrowest first."""
    here = or_(OutageCase.area == "", func.lower(OutageCase.area) == (city or "").lower())
    return (
        select(OutageCase)
        .where(OutageCase.market_code == market_code, OutageCase.ended_at.is_(None), here)
        .order_by(OutageCase.area.desc(), OutageCase.service.desc())
        .limit(1)
    )


def _is_hit(case: OutageCase) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [
        Line.market_code == case.market_code,
        Line.closed_at.is_(None),
    ]
    if case.area:
        parts.append(func.lower(Customer.city) == case.area.lower())
    if case.service:
        parts.append(Line.service == case.service)
    return and_(*parts)
