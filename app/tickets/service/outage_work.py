"""Working off what is to be done to everybody whom a disturbance hits: a few at a time, each in the
transaction that says so, so that a killed worker's rest is done by the next and nothing twice."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import exists, select, update
from sqlalchemy.exc import OperationalError

from app.billing.periods import Period
from app.billing.service import goodwill
from app.conversations.service import messages
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.money import Money
from app.markets import queries as markets
from app.tickets import access
from app.tickets.events import OutageCaseChanged
from app.tickets.models import JobKind, JobState, OutageCase, OutageJob, OutageJobItem, Ticket
from app.tickets.service import commenting, lifecycle
from app.usage.service.goodwill import credit_lines

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 400
_CREDITS_AT_ONCE = 500


def work_off(*, by: Actor, most: int = MOST_AT_ONCE) -> int:
    """Some of what remains, of every job that runs. Returns how many were done to."""
    query = select(OutageJob.id).where(OutageJob.state == JobState.RUNNING).order_by(OutageJob.id)
    done = 0
    for job_id in list(db.session.scalars(query)):
        done += _work_on(job_id, by, most - done)
        _finish(job_id)
    return done


def _work_on(job_id: UUID, by: Actor, most: int) -> int:
    done = 0
    while done < most:
        step = _step(job_id, by, most - done)
        if not step:
            break
        done += step
    return done


def _step(job_id: UUID, by: Actor, most: int) -> int:
    """0 when nothing is left that nobody else has in hand."""
    targets: list[UUID] = []
    try:
        with db.transaction():
            job = db.session.get_one(OutageJob, job_id)
            size = min(most, _CREDITS_AT_ONCE) if job.kind is JobKind.CREDIT else 1
            items = _claimed(job_id, size)
            if not items:
                return 0
            targets = [each.target_id for each in items]
            _do(job, targets, by)
            for each in items:
                each.done_at = clock.now()
        return len(items)
    except OperationalError:
        raise  # the database's trouble, not theirs: all is done again
    except Exception as error:
        if not targets:
            raise
        log.warning("outage_item_failed", job_id=str(job_id), exc_info=error)
        if len(targets) > 1:  # one of them is at fault: only that one is set aside
            return sum(_step(job_id, by, 1) for _ in targets)
        _set_aside(job_id, targets[0], error)
        return 1


def _claimed(job_id: UUID, size: int) -> list[OutageJobItem]:
    query = (
        select(OutageJobItem)
        .where(OutageJobItem.job_id == job_id, OutageJobItem.done_at.is_(None))
        .order_by(OutageJobItem.target_id)
        .limit(size)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def _do(job: OutageJob, targets: list[UUID], by: Actor) -> None:
    if job.kind is JobKind.CREDIT:
        _credit(job, targets, by)
    elif job.kind is JobKind.UPDATE:
        _tell(job, targets[0], by)
    else:
        _resolve(job, targets[0], by)


def _tell(job: OutageJob, ticket_id: UUID, by: Actor) -> None:
    ticket = access.ticket_for(by, ticket_id, "tickets.read", lock=True)
    words, key = _words(job, ticket), f"outage:{job.id}"
    if ticket.conversation_id is not None:
        messages.say(ticket.conversation_id, words, by=by, client_key=key)
    else:
        commenting.comment(ticket.id, words, by=by, public=True, client_key=key)


def _resolve(job: OutageJob, ticket_id: UUID, by: Actor) -> None:
    """Whoever has been helped meanwhile is left alone."""
    ticket = access.ticket_for(by, ticket_id, "tickets.read", lock=True)
    if not ticket.is_open:
        return
    words = _words(job, ticket)
    if ticket.conversation_id is not None:
        messages.say(ticket.conversation_id, words, by=by, client_key=f"outage:{job.id}")
    lifecycle.settle(ticket, words, by)


def _credit(job: OutageJob, targets: list[UUID], by: Actor) -> None:
    """Accounts on their next bill, prepaid lines on their balance."""
    case = job.case
    zone = ZoneInfo(markets.market(case.market_code).timezone)
    last = (case.ended_at or clock.now()).astimezone(zone).date()
    days = Period(case.declared_at.astimezone(zone).date(), last + timedelta(days=1))
    amount = Money(Decimal(job.facts["amount"]), job.facts["currency"])
    goodwill.credit_accounts(targets, amount, by=by, cause=str(case.id), days=days)
    credit_lines(targets, amount, by=by, cause=str(case.id))


def _words(job: OutageJob, ticket: Ticket) -> str:
    """In her language, else in the market's, else in any."""
    texts: Mapping[str, str] = job.facts["texts"]
    home = markets.market(ticket.market_code).language
    return texts.get(ticket.language) or texts.get(home) or next(iter(texts.values()))


def _set_aside(job_id: UUID, target_id: UUID, error: Exception) -> None:
    """Shown as not done; the others go on."""
    with db.transaction():
        db.session.execute(
            update(OutageJobItem)
            .where(
                OutageJobItem.job_id == job_id,
                OutageJobItem.target_id == target_id,
                OutageJobItem.done_at.is_(None),
            )
            .values(done_at=clock.now(), fault=f"{type(error).__name__}: {error}"[:300])
        )


def _finish(job_id: UUID) -> None:
    """Whoever finds nothing left closes the job, and after the last ticket the parent."""
    left = exists().where(OutageJobItem.job_id == job_id, OutageJobItem.done_at.is_(None))
    with db.transaction():
        finished = (
            update(OutageJob)
            .where(OutageJob.id == job_id, OutageJob.state == JobState.RUNNING, ~left)
            .values(state=JobState.DONE, ended_at=clock.now())
            .returning(OutageJob.id)
            .execution_options(synchronize_session=False)
        )
        if db.session.scalar(finished) is None:
            return
        job = db.session.get_one(OutageJob, job_id, populate_existing=True)
        case = db.session.get_one(OutageCase, job.case_id)
        if job.kind is JobKind.CLOSE:
            parent = access.ticket_for(SYSTEM, case.ticket_id, "tickets.read", lock=True)
            if parent.is_open:
                lifecycle.settle(parent, _words(job, parent), SYSTEM)
        events.announce(OutageCaseChanged(case.id, case.market_code))
