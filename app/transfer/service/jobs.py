"""Files from elsewhere: handed in, mapped, tried, brought in by a worker batch by batch.

A batch and how far the file has come are one transaction: a killed worker leaves whole batches,
and the next one goes on behind them. What is broken is left out and told by its line.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor, Kind
from app.core.errors import NotFound, Refusal
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.reach import in_markets_of
from app.markets import queries as markets
from app.transfer.errors import AlreadyRunning, ColumnsMissing, FileTooLarge, NotThisFormat
from app.transfer.events import JobStarted
from app.transfer.models import Job, JobError, JobState, Source, What
from app.transfer.records import Broken, Row
from app.transfer.service import configuration
from app.transfer.service.configuration import Comparison
from app.transfer.service.writing import write
from app.transfer.sources import chatwoot, csv, zendesk

log = structlog.get_logger(__name__)

LARGEST = 25 * 1024 * 1024
BATCH = 200
# A trial is somebody waiting for an answer.
TRIED = 200
KEEP = timedelta(days=30)
_MOST_ERRORS = 10_000
_LONGEST_NAME = 120


class _TakeBack(Exception):
    pass


def hand_in(
    content: bytes, *, by: Actor, source: Source, what: What, market_code: str | None, name: str
) -> Job:
    """Keep a file, sealed, to be mapped and tried. Raises NotThisFormat, FileTooLarge, NotFound."""
    by.must("configuration.transfer")
    if len(content) > LARGEST:
        raise FileTooLarge
    if not content.strip() or (source is Source.CONFIGURATION) is not (what is What.CONFIGURATION):
        raise NotThisFormat
    if market_code is not None and not by.sees_market(markets.market(market_code).code):
        raise NotFound
    if what is not What.CONFIGURATION and market_code is None:
        raise NotFound
    mapping = csv.guessed(csv.columns(content), what) if source is Source.CSV else {}
    with db.transaction():
        job = Job(
            id=new_id(),
            source=source,
            what=what,
            market_code=market_code,
            file_name="".join(each for each in name if each.isprintable())[:_LONGEST_NAME],
            mapping=mapping,
            state=JobState.UPLOADED,
            made_at=clock.now(),
            made_by=by.id,
            made_by_name=by.name,
        )
        job.content = content
        db.session.add(job)
        db.session.flush()
        audit.record(by, "transfer.uploaded", "transfer", job.id, source=source, rows=what)
    return job


def job_for(by: Actor, job_id: UUID, *, lock: bool = False) -> Job:
    """Of the actor's markets. Raises Forbidden, NotFound."""
    by.must("configuration.transfer")
    job = db.session.get(Job, job_id, with_for_update=lock or None, populate_existing=lock)
    if job is None or (job.market_code is None and by.markets):
        raise NotFound
    if job.market_code is not None and not by.sees_market(job.market_code):
        raise NotFound
    return job


def latest(by: Actor, limit: int = 50) -> Sequence[Job]:
    by.must("configuration.transfer")
    query = (
        select(Job).where(in_markets_of(by, Job.market_code)).order_by(Job.id.desc()).limit(limit)
    )
    return db.session.scalars(query).all()


def map_columns(job_id: UUID, mapping: Mapping[str, str], *, by: Actor) -> Job:
    """Which column of a table is what; what is not named is left out."""
    with db.transaction():
        job = _waiting(by, job_id)
        names = set(csv.columns(job.content))
        fields = csv.FIELDS[job.what]
        job.mapping = {
            field: column
            for field, column in mapping.items()
            if field in fields and column in names
        }
        job.tried = {}
    return job


def attempt(job_id: UUID, *, by: Actor) -> Job:
    """What an import would do: every row is read, the first ones are written and taken back."""
    job = job_for(by, job_id)
    _check_mapping(job)
    told: dict[str, Any] = {"new": 0, "known": 0, "wrong": 0, "rows": 0, "errors": []}
    tried: list[Row] = []
    for row in rows_of(job):
        told["rows"] += 1
        if isinstance(row[1], Broken):
            _tell(told, row[0], str(row[1]))
        elif len(tried) < TRIED:
            tried.append(row)
    _take_back(job, tried, told, by)
    told["tried"] = len(tried)
    with db.transaction():
        job = _waiting(by, job_id)
        job.tried, job.rows = told, told["rows"]
    return job


def start(job_id: UUID, *, by: Actor) -> Job:
    """A worker brings it in. Raises AlreadyRunning."""
    with db.transaction():
        job = _waiting(by, job_id)
        _check_mapping(job)
        job.state, job.position, job.counts = JobState.RUNNING, 0, dict(_NONE)
        audit.record(by, "transfer.started", "transfer", job.id, source=job.source, rows=job.what)
        events.announce(JobStarted(job.id))
    return job


def compared(job: Job, *, by: Actor) -> Comparison:
    """What the configuration in this file would change."""
    return configuration.compare(job.content.decode(errors="replace"), by=by)


def bring_in_configuration(job_id: UUID, *, by: Actor) -> Comparison:
    """All of it at once, or (Wrong) nothing."""
    with db.transaction():
        job = _waiting(by, job_id)
        done = configuration.bring_in(job.content.decode(errors="replace"), by=by)
        job.state, job.done_at = JobState.DONE, clock.now()
        job.counts = {**_NONE, "new": len(done.differences), "known": done.same}
    return done


def run(job_id: UUID) -> None:
    """An errand: batch after batch until the file is done. Whoever runs it beside us, or ran it
    before, has moved `position`: then we go on from there."""
    job = db.session.get(Job, job_id)
    if job is None or job.state is not JobState.RUNNING:
        return
    rows = rows_of(job)
    done = 0
    while batch := list(islice(rows, BATCH)):
        if not _bring_in(job_id, batch, done):
            return
        done += len(batch)
    _finish(job_id)


def errors_of(job: Job) -> Sequence[JobError]:
    query = select(JobError).where(JobError.job_id == job.id).order_by(JobError.line)
    return db.session.scalars(query).all()


def forget() -> int:
    """Contents of long ago. Returns how many."""
    with db.transaction():
        old = update(Job).where(Job.made_at < clock.now() - KEEP, Job.content_sealed.is_not(None))
        gone = old.where(Job.state != JobState.RUNNING).values(content_sealed=None)
        return len(list(db.session.scalars(gone.returning(Job.id))))


def rows_of(job: Job) -> Iterator[Row]:
    if job.source is Source.ZENDESK:
        return zendesk.rows(job.content, job.what)
    if job.source is Source.CHATWOOT:
        return chatwoot.rows(job.content, job.what)
    return csv.rows(job.content, job.what, job.mapping)


_NONE = {"new": 0, "known": 0, "wrong": 0}


def _waiting(by: Actor, job_id: UUID) -> Job:
    job = job_for(by, job_id, lock=True)
    if job.state is not JobState.UPLOADED:
        raise AlreadyRunning
    return job


def _check_mapping(job: Job) -> None:
    if job.source is Source.CSV:
        missing = [each for each in csv.NEEDED[job.what] if each not in job.mapping]
        if missing:
            raise ColumnsMissing(", ".join(missing))


def _take_back(job: Job, rows: Sequence[Row], told: dict[str, Any], by: Actor) -> None:
    with db.transaction(), suppress(_TakeBack), db.savepoint():
        for line, record in rows:
            _one(line, record, job, told, by)
        raise _TakeBack


def _bring_in(job_id: UUID, batch: Sequence[Row], done: int) -> bool:
    """False when nobody may go on with it. A batch that somebody has done already is passed."""
    with db.transaction():
        job = db.session.get_one(Job, job_id, with_for_update=True, populate_existing=True)
        if job.state is not JobState.RUNNING:
            return False
        if job.position > done:
            return True
        told: dict[str, Any] = {**_NONE, **job.counts, "errors": []}
        by = Actor(Kind.SYSTEM, job.made_by, job.made_by_name)
        for line, record in batch:
            _one(line, record, job, told, by)
        _keep_errors(job, told.pop("errors"))
        job.counts = {**told}
        job.position = done + len(batch)
        job.rows = max(job.rows, job.position)
    return True


def _one(line: int, record: Any, job: Job, told: dict[str, Any], by: Actor) -> None:
    try:
        if isinstance(record, Broken):
            _tell(told, line, str(record))
            return
        with db.savepoint():
            is_new = write(record, job, by=by)
            db.session.flush()
        told["new" if is_new else "known"] += 1
    except (Broken, Refusal) as refusal:
        why = str(refusal.message) if isinstance(refusal, Refusal) else str(refusal)
        _tell(told, line, why, getattr(record, "external_id", ""))
    except OperationalError:
        raise  # the database's trouble, not the row's: the batch is done again
    except Exception:
        log.exception("import_row_failed", line=line)
        _tell(told, line, _("This row cannot be kept."), getattr(record, "external_id", ""))


def _tell(told: dict[str, Any], line: int, why: str, external_id: str = "") -> None:
    told["wrong"] += 1
    if len(told["errors"]) < _MOST_ERRORS:
        told["errors"].append({"line": line, "external_id": external_id[:200], "why": why[:500]})


def _keep_errors(job: Job, errors: Sequence[Mapping[str, Any]]) -> None:
    if errors:
        rows = [{"id": new_id(), "job_id": job.id, **each} for each in errors]
        db.session.execute(insert(JobError).values(rows).on_conflict_do_nothing())


def _finish(job_id: UUID) -> None:
    with db.transaction():
        job = db.session.get_one(Job, job_id, with_for_update=True, populate_existing=True)
        if job.state is JobState.RUNNING:
            job.state, job.done_at = JobState.DONE, clock.now()
            by = Actor(Kind.SYSTEM, job.made_by, job.made_by_name)
            audit.record(by, "transfer.done", "transfer", job.id, **_counted(job.counts))


def _counted(counts: Mapping[str, Any]) -> dict[str, Any]:
    return {"added": counts.get("new"), "known": counts.get("known"), "failures": counts["wrong"]}
