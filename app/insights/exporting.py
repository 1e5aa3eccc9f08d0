"""Tables that leave: asked for by somebody, made by a worker, kept for a day. The trail says so of
what is made: of one that is refused nothing leaves."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import undefer

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Conflict, NotFound, Refusal
from app.core.i18n import gettext as _
from app.core.i18n import lazy, speaking
from app.identity.models import Staff
from app.insights import drilling, reporting, tables
from app.insights.definition import Definition, read
from app.insights.long_reports import ReportsBusy
from app.insights.measures import Unit
from app.insights.models import Export, ExportState

log = structlog.get_logger(__name__)

KEPT = timedelta(days=1)
MOST_ROWS = 200_000
# A worker that died is followed by another.
_LEASE = timedelta(minutes=10)
_PAGE = 5_000


class TableTooLong(Refusal):
    """Nothing is cut off: who reads a table takes it for the whole."""

    code = "table_too_long"
    message = lazy(
        "This table would have more than 200,000 rows. Choose a shorter period, or the rows of one "
        "group alone."
    )


class NotReady(Conflict):
    code = "export_not_ready"
    message = lazy("This table is not ready yet.")


def ask(
    name: str,
    definition: Definition,
    format: str,  # noqa: A002 - what it is called
    *,
    by: Actor,
    language: str,
    rows_of: tuple[str, Sequence[str]] | None = None,
) -> Export:
    """Of a report's figures, or of the rows behind the measure and group `rows_of`. Raises
    TableTooLong where these are more than anybody reads."""
    by.must("data.export")
    chosen, whole = tables.format_named(format), 0
    if rows_of is not None:
        whole = drilling.count(by, definition, drilling.measure_of(rows_of[0]), rows_of[1])
        if whole > MOST_ROWS:
            raise TableTooLong
    with db.transaction():
        export = Export(
            staff_id=by.id,
            name=name[:120],
            definition=definition.stored(),
            rows_of={"measure": rows_of[0], "keys": list(rows_of[1])} if rows_of else None,
            format=chosen,
            language=language,
            state=ExportState.WAITING,
            whole=whole,
            created_at=clock.now(),
        )
        db.session.add(export)
    return export


def exports_of(actor: Actor, limit: int = 20) -> list[Export]:
    """One's own, the latest first."""
    query = select(Export).where(Export.staff_id == actor.id).order_by(Export.created_at.desc())
    return list(db.session.scalars(query.limit(limit)))


def export_for(actor: Actor, export_id: UUID, *, with_content: bool = False) -> Export:
    """One's own. Raises NotFound for another's."""
    actor.must("data.export")
    query = select(Export).where(Export.id == export_id, Export.staff_id == actor.id)
    if with_content:
        query = query.options(undefer(Export.content))
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    if with_content and found.content is None:
        raise NotReady
    return found


def carry_out() -> int:
    """Make every table that waits. Returns how many; one that is refused says why, a broken one
    does not hold up the others, and one whose turn does not come waits for the next time."""
    done = 0
    while (export_id := _claim()) is not None:
        try:
            done += _make(export_id)
        except ReportsBusy:
            db.session.rollback()
            _note(export_id, state=ExportState.WAITING)
            return done
        except Exception:
            log.exception("export_failed", export_id=str(export_id))
            db.session.rollback()
            _note(export_id, state=ExportState.FAILED)
    return done


def forget_old() -> int:
    with db.transaction():
        old = delete(Export).where(Export.created_at < clock.now() - KEPT).returning(Export.id)
        return len(db.session.execute(old).all())


def _claim() -> UUID | None:
    died = and_(Export.state == ExportState.RUNNING, Export.began_at < clock.now() - _LEASE)
    with db.transaction():
        query = select(Export).where(or_(Export.state == ExportState.WAITING, died))
        export = db.session.scalar(
            query.order_by(Export.created_at).limit(1).with_for_update(skip_locked=True)
        )
        if export is None:
            return None
        export.state, export.began_at, export.done = ExportState.RUNNING, clock.now(), 0
        return export.id


def _make(export_id: UUID) -> bool:
    """Whether it is made, not refused."""
    export = db.session.get_one(Export, export_id)
    reader = db.session.get_one(Staff, export.staff_id).as_actor()
    with speaking(export.language):
        try:
            content = tables.written(export.format, _lines(export, reader))
        except ReportsBusy:
            raise
        except Refusal as refusal:
            db.session.rollback()
            _note(export_id, state=ExportState.FAILED, refusal=str(refusal.message))
            return False
    with db.transaction():
        _note(export_id, state=ExportState.DONE, content=content)
        audit.record(reader, "data.exported", "export", "report", market="all")
    return True


def _note(export_id: UUID, **values: Any) -> None:
    with db.transaction():
        db.session.execute(update(Export).where(Export.id == export_id).values(**values))


def _lines(export: Export, reader: Actor) -> Iterator[tables.Line]:
    definition = read(export.definition)
    if export.rows_of is None:
        return tables.lines_of(reporting.figures(reader, definition))
    return _row_lines(export, definition, reader)


def _row_lines(export: Export, definition: Definition, reader: Actor) -> Iterator[tables.Line]:
    chosen = export.rows_of or {}
    measure = drilling.measure_of(str(chosen["measure"]))
    yield [
        _("Ticket"), _("Subject"), _("Market"), _("Channel"), _("Topic"), _("Agent"), _("When"),
        str(measure.label),
    ]  # fmt: skip
    is_length = measure.unit is Unit.SECONDS
    for page in drilling.every(reader, definition, measure, chosen["keys"], _PAGE):
        for row in page:
            amount = row.amount / 1000 if is_length and row.amount is not None else row.amount
            yield [
                row.reference, row.subject, row.market, row.channel, row.topic, row.agent, row.at,
                amount,
            ]  # fmt: skip
        export.done += len(page)
        _note(export.id, done=export.done)
        if export.done > MOST_ROWS:
            raise TableTooLong
