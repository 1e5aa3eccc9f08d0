"""Moving in and out: the configuration as a file, and files of other systems."""

from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.core import clock
from app.core.errors import Invalid
from app.markets import queries as markets
from app.supervision import bp
from app.transfer.models import Job, JobState, Source, What
from app.transfer.service import configuration, jobs
from app.transfer.sources import csv
from app.web import htmx, sheets
from app.web.fields import choice_field
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

_COLUMNS = sorted({field for fields in csv.FIELDS.values() for field in fields})
_COLUMN_FIELDS = tuple(f"column_{field}" for field in _COLUMNS)


@bp.get("/transfer")
@staff_with("configuration.transfer")
def transfer() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "supervision/transfer/index.html",
        jobs=jobs.latest(actor),
        markets=markets.markets_of(actor),
        sources=[each for each in Source if each is not Source.CONFIGURATION],
        whats=[each for each in What if each is not What.CONFIGURATION],
        every_market=not actor.markets,
    )


@bp.post("/transfer/export")
@staff_with("configuration.transfer")
@takes()
def export_configuration() -> ResponseReturnValue:
    confirmed("configuration.export", "all")
    text = configuration.export(by=current_actor())
    answer = Response(text, mimetype="application/yaml")
    name = f"dialtone-{clock.now():%Y-%m-%d}.yaml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/transfer")
@staff_with("configuration.transfer")
@takes("source", "what", "market", "file")
def hand_in_file() -> ResponseReturnValue:
    """Nothing is brought in yet: it is shown first."""
    source = choice_field("source", Source)
    is_configuration = source is Source.CONFIGURATION
    file = _file()
    job = jobs.hand_in(
        file.read(jobs.LARGEST + 1),
        by=current_actor(),
        source=source,
        what=What.CONFIGURATION if is_configuration else choice_field("what", What),
        market_code=None if is_configuration else request.form.get("market", ""),
        name=file.filename or "",
    )
    return htmx.go(url_for("supervision.transfer_job", job_id=job.id))


@bp.get("/transfer/<uuid:job_id>")
@staff_with("configuration.transfer")
def transfer_job(job_id: UUID) -> ResponseReturnValue:
    return _shown(jobs.job_for(current_actor(), job_id))


@bp.post("/transfer/<uuid:job_id>/columns")
@staff_with("configuration.transfer")
@takes(*_COLUMN_FIELDS)
def map_columns(job_id: UUID) -> ResponseReturnValue:
    mapping = {each: request.form.get(f"column_{each}", "") for each in _COLUMNS}
    jobs.map_columns(job_id, mapping, by=current_actor())
    return _shown(jobs.attempt(job_id, by=current_actor()))


@bp.post("/transfer/<uuid:job_id>/try")
@staff_with("configuration.transfer")
@takes()
def try_transfer(job_id: UUID) -> ResponseReturnValue:
    return _shown(jobs.attempt(job_id, by=current_actor()))


@bp.post("/transfer/<uuid:job_id>/start")
@staff_with("configuration.transfer")
@takes()
def start_transfer(job_id: UUID) -> ResponseReturnValue:
    """A configuration is brought in at once and whole; rows by a worker."""
    actor = current_actor()
    job = jobs.job_for(actor, job_id)
    confirmed("configuration.import", job.id)
    if job.source is Source.CONFIGURATION:
        jobs.bring_in_configuration(job.id, by=actor)
    else:
        jobs.start(job.id, by=actor)
    return _shown(jobs.job_for(actor, job_id))


@bp.get("/transfer/<uuid:job_id>/errors.csv")
@staff_with("configuration.transfer")
def transfer_errors(job_id: UUID) -> ResponseReturnValue:
    job = jobs.job_for(current_actor(), job_id)
    rows = [(each.line, each.external_id, each.why) for each in jobs.errors_of(job)]
    return sheets.download(f"errors-{job.id}.csv", ("line", "id", "why"), rows)


def _file() -> FileStorage:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(field="file")
    return file


def _shown(job: Job) -> ResponseReturnValue:
    is_open = job.state is JobState.UPLOADED and job.content_sealed is not None
    is_table = job.source is Source.CSV and is_open
    compares = job.source is Source.CONFIGURATION and is_open
    return htmx.show(
        "supervision/transfer/job.html",
        "supervision/transfer/_job.html",
        job=job,
        is_open=is_open,
        columns=csv.columns(job.content) if is_table else [],
        fields=csv.FIELDS[job.what] if is_table else [],
        needed=csv.NEEDED[job.what] if is_table else [],
        compared=jobs.compared(job, by=current_actor()) if compares else None,
        errors=jobs.errors_of(job)[:100],
    )
