"""Outage mode: declaring a disturbance, and doing something to everybody who is hit, once each."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from app.audit import service as audit
from app.catalog.models import Service
from app.catalog.names import SERVICES
from app.conversations.cleaning import checked_key, cleaned
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid, NotFound
from app.core.i18n import LANGUAGES, speaking
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.money import Money
from app.customers.contact import plain_text
from app.identity import approvals
from app.identity.events import ApprovalGranted
from app.markets import queries as markets
from app.tickets import outages
from app.tickets.errors import AboveCreditLimit, NobodyIsHit, OutageDeclared, OutageOver
from app.tickets.events import OutageCaseChanged
from app.tickets.models import (
    OPEN_STATUSES,
    JobKind,
    JobState,
    OutageCase,
    OutageJob,
    OutageJobItem,
    Priority,
    Ticket,
    TicketType,
    Topic,
)
from app.tickets.outage_policy import most_of
from app.tickets.service import opening

CREDIT = "outages.credit"
_CAME_BEFORE = timedelta(hours=24)

Texts = Mapping[str, str]


def declare(
    *,
    by: Actor,
    market_code: str,
    area: str,
    service: Service | None,
    notice: Texts,
    expected_end_at: datetime | None = None,
    outage_id: UUID | None = None,
) -> OutageCase:
    """A parent ticket for all who are hit: a service (None: every one) in a city ("" is the whole
    market). Those who came in the last day are put below it. Raises OutageDeclared where one
    stands for just this."""
    by.must("outages.manage")
    market = markets.market(market_code)
    if not by.sees_market(market.code):
        raise NotFound
    place = plain_text(area, field="area") if area.strip() else ""
    texts = _texts(notice, may_be_empty=True)
    with db.transaction():
        moment = clock.now()
        ticket = opening.open(
            by=SYSTEM,
            subject=_subject(market.language, place, service),
            topic=Topic.TECHNICAL,
            type_=TicketType.INCIDENT,
            priority=Priority.URGENT,
            market_code=market.code,
        )
        values = {
            "id": new_id(),
            "ticket_id": ticket.id,
            "outage_id": outage_id,
            "market_code": market.code,
            "area": place,
            "service": service.value if service else "",
            "notice": texts or _usual_notice(place),
            "affected": 0,
            "declared_at": moment,
            "expected_end_at": expected_end_at,
        }
        statement = upsert(OutageCase).values(**values).on_conflict_do_nothing()
        case = db.session.scalars(statement.returning(OutageCase)).one_or_none()
        if case is None:
            raise OutageDeclared
        hit = outages.hit_customers(case).subquery()
        case.affected = db.session.scalar(select(func.count()).select_from(hit)) or 0
        _link_recent(case, moment)
        audit.record(by, "outage_case.declared", "ticket", ticket.id, area=place)
        events.announce(OutageCaseChanged(case.id, case.market_code))
    return case


def change_notice(
    case_id: UUID, notice: Texts, expected_end_at: datetime | None, *, by: Actor
) -> OutageCase:
    """What the bot, the menus and the portal say from now on, and until when it is expected."""
    with db.transaction():
        case = _standing(by, case_id)
        case.notice, case.expected_end_at = _texts(notice), expected_end_at
        audit.record(by, "outage_case.notice", "ticket", case.ticket_id)
        events.announce(OutageCaseChanged(case.id, case.market_code))
    return case


def tell_all(case_id: UUID, texts: Texts, *, by: Actor, client_key: str) -> OutageJob:
    """The same text to everybody who is linked and waits, each in her language, where she wrote;
    who came twice is told once. The same `client_key` is the same job."""
    with db.transaction():
        case = _standing(by, case_id)
        who = func.coalesce(Ticket.customer_id, Ticket.id)
        linked = (
            select(Ticket.id)
            .where(Ticket.parent_id == case.ticket_id, Ticket.status.in_(OPEN_STATUSES))
            .ext(distinct_on(who))
            .order_by(who, Ticket.created_at.desc())
        )
        return _begin(case, JobKind.UPDATE, {"texts": _texts(texts)}, linked, by, client_key)


def end(case_id: UUID, texts: Texts, *, by: Actor, client_key: str) -> OutageJob:
    """It is over: nobody is linked or told any more, and all that are linked are resolved with
    these words; the parent last."""
    with db.transaction():
        case = outages.case_for(by, case_id, "outages.manage", lock=True)
        known = _known(case, client_key)
        if known is not None:
            return known
        if case.ended_at is not None:
            raise OutageOver
        case.ended_at = clock.now()
        linked = select(Ticket.id).where(
            Ticket.parent_id == case.ticket_id, Ticket.status.in_(OPEN_STATUSES)
        )
        job = _begin(
            case, JobKind.CLOSE, {"texts": _texts(texts)}, linked, by, client_key, empty=True
        )
        audit.record(by, "outage_case.ended", "ticket", case.ticket_id)
    return job


def credit_all(
    case_id: UUID, amount: Money, *, by: Actor, client_key: str, only_linked: bool = True
) -> OutageJob:
    """A credit on the next bill of each account that is hit, and on the balance of each prepaid
    line: of those who came to us, or of all.

    Never above what the market gives for a disturbance (AboveCreditLimit). What it comes to in all
    is what a second person may have to agree to. Each is credited once for a disturbance, however
    often this is said.
    """
    by.must(CREDIT)
    with db.transaction():
        case = outages.case_for(by, case_id, "outages.manage", lock=True)
        known = _known(case, client_key)
        if known is not None:
            return known
        market = markets.market(case.market_code)
        most = most_of(market.settings_at(clock.now()), market.currency)
        if amount.currency != market.currency or not 0 < amount.amount <= most.amount:
            raise AboveCreditLimit(most.format(market.locale))
        targets = outages.credited_for(case, only_linked=only_linked)
        facts = {"amount": str(amount.amount), "currency": amount.currency}
        job = _begin(case, JobKind.CREDIT, facts, targets, by, client_key, state=JobState.ASKED)
        approvals.done_or_asked(
            CREDIT,
            job.id,
            by=by,
            market_code=case.market_code,
            amount=Money(amount.amount * job.total, amount.currency),
            why=case.ticket.subject,
            facts={"number": case.ticket.reference},
            do=lambda: _run(job),
        )
    return job


def credit_approved(event: ApprovalGranted) -> None:
    """A second person agreed; in the transaction of her decision."""
    job = db.session.get_one(OutageJob, UUID(event.object_id), with_for_update=True)
    approver = approvals.approver_of(event)
    outages.case_for(approver, job.case_id, CREDIT)
    _run(job)


def credit_refused(job_id: UUID) -> None:
    """Nobody agreed, or not in time."""
    statement = update(OutageJob).where(OutageJob.id == job_id, OutageJob.state == JobState.ASKED)
    db.session.execute(statement.values(state=JobState.REFUSED, ended_at=clock.now()))


def link_to_case(ticket: Ticket, case: OutageCase) -> None:
    """In the caller's transaction."""
    ticket.parent_id = case.ticket_id
    reference = case.ticket.reference
    audit.record(SYSTEM, "ticket.changed", "ticket", ticket.id, parent=(None, reference))


def _begin(
    case: OutageCase,
    kind: JobKind,
    facts: dict[str, Any],
    targets: Select[Any],
    by: Actor,
    client_key: str,
    *,
    state: JobState = JobState.RUNNING,
    empty: bool = False,
) -> OutageJob:
    key = checked_key(client_key)
    known = _known(case, key)
    if known is not None:
        return known
    job = OutageJob(
        case_id=case.id,
        kind=kind,
        state=state,
        facts=facts,
        total=0,
        client_key=key,
        by_name=by.name,
        created_at=clock.now(),
    )
    db.session.add(job)
    db.session.flush()  # its items refer to it
    found = targets.subquery()
    items = insert(OutageJobItem).from_select(
        ["job_id", "target_id"], select(literal(job.id), found.c[0])
    )
    db.session.execute(items)
    count = select(func.count()).where(OutageJobItem.job_id == job.id)
    job.total = db.session.scalars(count).one()
    if not job.total and not empty:
        raise NobodyIsHit
    audit.record(by, f"outage_case.{kind.value}", "ticket", case.ticket_id, count=job.total)
    events.announce(OutageCaseChanged(case.id, case.market_code))
    return job


def _run(job: OutageJob) -> OutageJob:
    if job.state is JobState.ASKED:
        job.state = JobState.RUNNING
    return job


def _known(case: OutageCase, client_key: str) -> OutageJob | None:
    query = select(OutageJob).where(
        OutageJob.case_id == case.id, OutageJob.client_key == client_key
    )
    return db.session.scalar(query)


def _standing(by: Actor, case_id: UUID) -> OutageCase:
    case = outages.case_for(by, case_id, "outages.manage", lock=True)
    if case.ended_at is not None:
        raise OutageOver
    return case


def _link_recent(case: OutageCase, moment: datetime) -> None:
    db.session.execute(
        update(Ticket)
        .where(
            Ticket.market_code == case.market_code,
            Ticket.created_at > moment - _CAME_BEFORE,
            Ticket.status.in_(OPEN_STATUSES),
            Ticket.topic == Topic.TECHNICAL,
            Ticket.parent_id.is_(None),
            Ticket.id != case.ticket_id,
            Ticket.customer_id.in_(outages.hit_customers(case)),
        )
        .values(parent_id=case.ticket_id)
        .execution_options(synchronize_session=False)
    )


def _texts(given: Texts, *, may_be_empty: bool = False) -> dict[str, str]:
    """By language, cleaned; at least one."""
    texts = {
        code: words
        for code in LANGUAGES
        if (words := cleaned(given.get(code, ""), may_be_empty=True))
    }
    if not texts and not may_be_empty:
        raise Invalid(field="texts")
    return texts


def _usual_notice(area: str) -> dict[str, str]:
    notice = {}
    for code in LANGUAGES:
        with speaking(code):
            notice[code] = (
                _("We know of a disturbance in %(area)s and are working on it.", area=area)
                if area
                else _("We know of a disturbance and are working on it.")
            )
    return notice


def _subject(language: str, area: str, service: Service | None) -> str:
    with speaking(language):
        where = area or _("everywhere")
        what = str(SERVICES[service]) if service else _("all services")
        return _("Disturbance: %(what)s, %(where)s", what=what, where=where)
